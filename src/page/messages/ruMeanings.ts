import { type LeadParameters, type MessageParameters } from '../../protocol/wireOrder.ts';

/** What the parameters mean, in Russian; in English it stands with the schemas. */
export const ruMeanings: Readonly<Record<keyof LeadParameters | keyof MessageParameters, string>> = {
  user: 'Логин из настроек; может быть пустым.',
  token: 'md5(логин + пароль), строчные шестнадцатеричные цифры.',
  action: 'Что произошло: `lead` или `message`.',
  visit: 'Номер визита (cookie `roistat_visit`) или маркер; может быть пустым.',
  id: 'Номер заявки в Roistat; некоторые варианты его не передают.',
  title: 'Заголовок; зависит от источника заявки.',
  text: 'Свободный текст в несколько строк, обычно комментарий к сделке.',
  name: 'Имя клиента; может быть пустым.',
  phone: 'Телефон звонившего или из формы.',
  email: 'Почта клиента; может быть пустой.',
  data: 'JSON-объект в строке; `page` — страница входа; бывают свои поля; может быть пустым.',
  created_date: 'UTC, `ГГГГ-ММ-ДД ЧЧ:ММ:СС`.',
  manager_id: 'Менеджер в CRM; только у варианта «Своя CRM».',
  leadId: 'Номер сделки в CRM: `order_id`, которым она ответила на заявку.',
  message: 'Чат, как его называет вариант «Своя CRM»; читается вместо `text`.',
};
