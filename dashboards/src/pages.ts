import type { Place } from './route.js'
import type { IconName } from './ui/icon.js'

/** The pages of the side bar, in their order: each other page is found on one of them, or is of a single plant. */
export const PAGES = [
  { place: { view: 'overview' }, icon: 'overview' },
  { place: { view: 'alarms', plant: null, alarm: null }, icon: 'bell' },
  { place: { view: 'devices', plant: null }, icon: 'devices' },
  { place: { view: 'reports', plant: null }, icon: 'reports' },
  { place: { view: 'gateway' }, icon: 'gateway' },
] as const satisfies readonly { readonly place: Place; readonly icon: IconName }[]
