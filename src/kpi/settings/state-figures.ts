import type { State } from '../../base/states.js'

/** Figures of machines call each state by such a word: energy of PRODUCING is `kwh_producing`. */
export const STATE_FIGURES: Readonly<Record<State, { readonly id: string; readonly en: string; readonly zh: string }>> =
  {
    PRODUCING: { id: 'producing', en: 'producing', zh: '生产' },
    SETUP: { id: 'setup', en: 'in setup', zh: '换型调整' },
    IDLE_STARVED: { id: 'starved', en: 'starved', zh: '待料' },
    IDLE_BLOCKED: { id: 'blocked', en: 'blocked', zh: '堵料' },
    HELD: { id: 'held', en: 'held', zh: '暂停' },
    DOWN_FAULT: { id: 'down', en: 'down with a fault', zh: '故障停机' },
    IDLE_NO_ORDER: { id: 'idle', en: 'without an order', zh: '无订单' },
    PLANNED_STOP: { id: 'planned_stop', en: 'in planned stop', zh: '计划停机' },
    BREAK: { id: 'break', en: 'in a break', zh: '休息' },
    PM: { id: 'pm', en: 'in planned maintenance', zh: '计划保养' },
    OFF: { id: 'off', en: 'off', zh: '关机' },
    UNKNOWN: { id: 'unknown', en: 'in an unknown state', zh: '未知状态' },
  }
