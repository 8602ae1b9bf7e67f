import type { AlarmAction, AlarmBrief, AlarmItem } from '../../base/alarm.js'

/** Alarms of plants, and what people do to them. */
export interface AlarmList {
  /** The newest `limit` alarms that are listed and wanted, of a plant or of all of them (null), in the order of lists. */
  alarms(plant: string | null, wanted: (alarm: AlarmBrief) => boolean, limit: number): readonly AlarmItem[]
  /** null when there is no such alarm, or no longer. */
  alarm(plant: string, id: string): AlarmItem | null
  /** True when the act is on the disk and done; false when that takes too long, though it may still happen. */
  actOnAlarm(act: Omit<AlarmAction, 'id'>): Promise<boolean>
}
