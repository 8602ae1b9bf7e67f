import type { Place } from './route.js'
import type { IconName } from './ui/icon.js'

/** The pages beside those of single plants, in their order. */
export const PAGES = [
  { place: { view: 'overview' }, icon: 'overview' },
  { place: { view: 'alarms', plant: null, alarm: null }, icon: 'bell' },
  { place: { view: 'devices', plant: null }, icon: 'devices' },
  { place: { view: 'reports', plant: null }, icon: 'reports' },
  { place: { view: 'gateway' }, icon: 'gateway' },
] as const satisfies readonly { readonly place: Place; readonly icon: IconName }[]
