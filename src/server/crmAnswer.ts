import { type Action } from '../protocol/actions.ts';
import { orderIdOf } from '../protocol/orderId.ts';

export interface CrmAnswer {
  /** The JSON object to answer with. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The order id in it, for a lead. */
  readonly orderId: string | null;
}

/** A page that holds everything: this CRM's end keeps no orders and clients. */
const emptyPage = { total_count: 0, limit: 1000 };

/** The statuses, fields and managers of an imagined shop. */
const importScheme = {
  statuses: [
    { id: '1', name: 'Новый' },
    { id: '2', name: 'В работе' },
    { id: '3', name: 'Оплачен' },
    { id: '4', name: 'Отказ' },
  ],
  fields: [{ id: 'comment', name: 'Комментарий' }],
  managers: [{ id: '1', name: 'Мария Петрова', phone: '79990000001', email: 'manager@site.ru' }],
};

/**
 * What a CRM answers to an action. `lead`: source document; `message` and the others: the "own CRM" variant.
 */
export function crmAnswer(action: Action, parameters: Readonly<Record<string, string>>): CrmAnswer {
  switch (action) {
    case 'lead': {
      const orderId = orderIdOf(parameters);
      return { json: { status: 'ok', order_id: orderId }, orderId };
    }
    case 'message':
      return { json: { status: 'ok' }, orderId: null };
    case 'task':
      return { json: { status: 'ok', task_id: `task-${parameters['element_id'] ?? '1'}`.slice(0, 64) }, orderId: null };
    case 'call':
      return { json: { status: 'ok', call_id: `call-${parameters['id'] ?? '1'}`.slice(0, 64) }, orderId: null };
    case 'import_scheme':
      return { json: importScheme, orderId: null };
    case 'export':
      return { json: { pagination: emptyPage, orders: [] }, orderId: null };
    case 'export_clients':
      return { json: { pagination: emptyPage, clients: [] }, orderId: null };
  }
}
