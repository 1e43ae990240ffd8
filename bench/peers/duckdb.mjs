import { DuckDBInstance } from '@duckdb/node-api';

/**
 * `node duckdb.mjs PHONE FILE...`: prints the records with this phone. The schema is given, and only what is asked for is
 * in it, so that nothing is guessed and nothing else is taken out of the JSON.
 */
const [phone, ...files] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const columns = "{receivedAt: 'VARCHAR', action: 'VARCHAR', parameters: 'STRUCT(phone VARCHAR)', orderId: 'VARCHAR'}";
const names = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
const reader = await connection.runAndReadAll(
  `SELECT * FROM read_ndjson([${names}], columns = ${columns}) WHERE parameters.phone = $phone`,
  { phone },
);
for (const row of reader.getRowObjectsJson()) console.log(JSON.stringify(row));
