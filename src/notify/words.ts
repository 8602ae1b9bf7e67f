import type { AlarmSeverity } from '../base/alarm.js'
import type { Language } from '../base/notify.js'

/** Event of an alarm: it is there, it is over, or late readings show that it never was. */
export type AlarmEvent = 'raised' | 'cleared' | 'withdrawn'

/** The words of messages. */
export interface NotificationWords {
  /** Title of a test. */
  readonly test: string
  readonly testBody: string
  readonly severity: Readonly<Record<AlarmSeverity, string>>
  readonly event: Readonly<Record<Exclude<AlarmEvent, 'raised'>, string>>
  /** A severity as the first word of a title. */
  alarmOf(severity: string): string
  /** Head of one alarm: its word, what, where. */
  head(word: string, what: string, where: string): string
  where(plant: string, part: string | null): string
  figures(value: string, limit: string): string
  raised(at: string): string
  cleared(from: string, to: string): string
  withdrawn(at: string): string
  /** Title of several: how many by severity, worst first, and how many are over. */
  several(count: number, bySeverity: readonly (readonly [AlarmSeverity, number])[], over: number): string
  older(count: number): string
  more(count: number): string
  readonly open: string
}

const en: NotificationWords = {
  test: 'Test',
  testBody: 'A test from the alarm settings. Alarms will be told here.',
  severity: { critical: 'Critical', major: 'Major', minor: 'Minor', warning: 'Warning' },
  event: { cleared: 'Cleared', withdrawn: 'Withdrawn' },
  alarmOf: (severity) => (severity === 'Warning' ? 'Warning' : `${severity} alarm`),
  head: (word, what, where) => `${word}: ${what} (${where})`,
  where: (plant, part) => (part === null ? plant : `${plant}, ${part}`),
  figures: (value, limit) => `Value ${value}, limit ${limit}`,
  raised: (at) => `Raised ${at}`,
  cleared: (from, to) => `Raised ${from}, cleared ${to}`,
  withdrawn: (at) => `Raised ${at}; late readings show that the limit was kept`,
  several: (count, bySeverity, over) => {
    const parts = bySeverity.map(([severity, n]) => `${n} ${severity}`)
    if (over > 0) parts.push(`${over} cleared`)
    return `${count} alarms: ${parts.join(', ')}`
  },
  older: (count) =>
    count === 1
      ? 'One alarm raised more than an hour ago is not acknowledged yet'
      : `${count} alarms raised more than an hour ago are not acknowledged yet`,
  more: (count) => `and ${count} more`,
  open: 'Open alarms',
}

/** The words of the pages. */
const SEVERITY_ZH: NotificationWords['severity'] = { critical: '紧急', major: '重要', minor: '次要', warning: '警告' }

const zh: NotificationWords = {
  test: '测试',
  testBody: '这是一条来自报警设置的测试消息。报警将发送到这里。',
  severity: SEVERITY_ZH,
  event: { cleared: '已恢复', withdrawn: '已撤销' },
  alarmOf: (severity) => (severity === SEVERITY_ZH.warning ? severity : `${severity}报警`),
  head: (word, what, where) => `${word}：${what}（${where}）`,
  where: (plant, part) => (part === null ? plant : `${plant}，${part}`),
  figures: (value, limit) => `报警值 ${value}，限值 ${limit}`,
  raised: (at) => `发生时间 ${at}`,
  cleared: (from, to) => `发生时间 ${from}，恢复时间 ${to}`,
  withdrawn: (at) => `发生时间 ${at}；迟到的数据表明并未超限`,
  several: (count, bySeverity, over) => {
    const parts = bySeverity.map(([severity, n]) => `${SEVERITY_ZH[severity]} ${n} 条`)
    if (over > 0) parts.push(`已恢复 ${over} 条`)
    return `${count} 条报警：${parts.join('，')}`
  },
  older: (count) => `${count} 条一小时以前的报警尚未确认`,
  more: (count) => `其余 ${count} 条未列出`,
  open: '查看报警',
}

export const NOTIFICATION_WORDS: Readonly<Record<Language, NotificationWords>> = { en, zh }
