import type { AlarmCause, AlarmItem } from './alarm.js'

/**
 * Alarms that have one cause: devices of a plant that fall silent together, because a switch, a line, a broker or a client
 * that speaks for them has failed. They are told as one, with its members. Source: ISA-18.2, alarm floods (from secondary
 * sources, not checked against its text).
 */

/** Devices that fall silent within so long of one another have one cause, ms: the keep-alive of an MQTT client, twice. */
const TOGETHER_MS = 120_000
/** So many at least. */
const DEVICES_MIN = 3
const SILENCE = 'device-silence'
const BROKER = 'broker:'

export interface AlarmsOfCause {
  /** An alarm alone, or one that stands for all: with the id of the first of them, and the place that they have in common. */
  readonly head: AlarmItem
  /** Alarms that it stands for, in the order in which they were given; the alarm itself alone. */
  readonly members: readonly AlarmItem[]
}

/**
 * Alarms by cause, each at the place of its first member.
 * @param among all alarms that are known: what belongs together does not depend on which of them are listed
 */
export function byCause(alarms: readonly AlarmItem[], among: readonly AlarmItem[] = alarms): readonly AlarmsOfCause[] {
  const causes = causesOf(among)
  const members = new Map<string, AlarmItem[]>()
  for (const alarm of alarms) {
    const key = causes.get(keyOf(alarm)) ?? keyOf(alarm)
    const known = members.get(key)
    if (known === undefined) members.set(key, [alarm])
    else known.push(alarm)
  }
  return [...members.values()].flatMap((some) => {
    const isShared = devicesOf(some) > 1
    return isShared ? [{ head: headOf(some), members: some }] : some.map((head) => ({ head, members: [head] }))
  })
}

/** Programs are told only those causes that several alarms share. */
export function sharedCauses(alarms: readonly AlarmItem[]): readonly AlarmCause[] {
  return byCause(alarms).flatMap(({ head, members }) => {
    if (members.length === 1) return []
    const { plant, scope, scope_id, text } = head
    return [{ plant, scope, scope_id, text, alarms: members.map(({ id }) => id) }]
  })
}

const devicesOf = (alarms: readonly AlarmItem[]) => new Set(alarms.map(({ scope_id }) => scope_id)).size

/** The cause of each alarm that shares one, by `keyOf`: that of the first alarm of it. */
function causesOf(alarms: readonly AlarmItem[]): ReadonlyMap<string, string> {
  const silent = alarms.filter(({ rule, scope }) => rule === SILENCE && scope === 'device')
  const inOrder = silent.toSorted((a, b) => (a.plant < b.plant ? -1 : a.plant > b.plant ? 1 : sinceMs(a) - sinceMs(b)))
  const causes = new Map<string, string>()
  let run: AlarmItem[] = []
  const close = () => {
    if (devicesOf(run) >= DEVICES_MIN) for (const alarm of run) causes.set(keyOf(alarm), keyOf(run[0]!))
    run = []
  }
  for (const alarm of inOrder) {
    const last = run.at(-1)
    const isNext = last !== undefined && last.plant === alarm.plant && sinceMs(alarm) - sinceMs(last) <= TOGETHER_MS
    if (!isNext) close()
    run.push(alarm)
  }
  close()
  return causes
}

const keyOf = ({ plant, id }: AlarmItem) => `${plant}|${id}`

/** The id of an alarm ends with the time since which its device is silent, epoch ms. */
function sinceMs({ id, raised_at }: AlarmItem): number {
  return Number(/\.(\d{1,15})$/.exec(id)?.[1] ?? Date.parse(raised_at))
}

function headOf(members: readonly AlarmItem[]): AlarmItem {
  const first = members.reduce((one, other) => (sinceMs(other) < sinceMs(one) ? other : one))
  const line = common(members, ({ line }) => line)
  const place =
    line === null ? { scope: 'plant' as const, scope_id: first.plant } : { scope: 'line' as const, scope_id: line }
  return {
    ...first,
    ...place,
    text: textOf(
      devicesOf(members),
      common(members, ({ client }) => client),
    ),
  }
}

/** The answer is null where the alarms differ or nobody knows. */
function common(members: readonly AlarmItem[], of: (alarm: AlarmItem) => string | null): string | null {
  const all = new Set(members.map(of))
  const [one] = all
  return all.size === 1 ? (one ?? null) : null
}

function textOf(devices: number, client: string | null): AlarmItem['text'] {
  if (client === null) return { en: `${devices} devices are silent`, zh: `${devices} 台设备无数据` }
  if (client.startsWith(BROKER)) {
    const broker = client.slice(BROKER.length)
    return {
      en: `${devices} devices behind broker ${broker} are silent`,
      zh: `代理服务器 ${broker} 下的 ${devices} 台设备无数据`,
    }
  }
  return {
    en: `${devices} devices of client ${client} are silent`,
    zh: `客户端 ${client} 的 ${devices} 台设备无数据`,
  }
}
