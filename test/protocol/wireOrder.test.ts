import { describe, expect, it } from 'vitest';
import { leadSchema, messageSchema } from '../../src/protocol/fields.ts';
import { inWireOrder, leadNames, messageNames } from '../../src/protocol/wireOrder.ts';

describe('inWireOrder', () => {
  it('writes the parameters in the order of the source document, and others behind', () => {
    const names = [
      'user',
      'token',
      'action',
      'visit',
      'id',
      'title',
      'text',
      'name',
      'phone',
      'email',
      'data',
      'created_date',
    ];
    const values = Object.fromEntries(['extra', ...names].toReversed().map((name) => [name, name]));
    expect(inWireOrder(leadNames, values).map(([name]) => name)).toEqual([...names, 'extra']);
    expect(inWireOrder(leadNames, { id: '1', name: undefined })).toEqual([['id', '1']]);
  });

  it('has the names of the schemas, in their order', () => {
    expect(Object.keys(leadSchema.shape)).toEqual(leadNames);
    expect(Object.keys(messageSchema.shape)).toEqual(messageNames);
  });
});
