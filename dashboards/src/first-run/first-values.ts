import type { FormValues } from '../configuration/form-values.js'
import { language } from '../settings.js'
import { nowMs } from '../state.js'

/** Currencies of the zones in which most plants are; any other is typed. */
const CURRENCIES: readonly (readonly [zone: RegExp, currency: string])[] = [
  [/^Asia\/(Shanghai|Chongqing|Urumqi|Harbin)$/, 'CNY'],
  [/^Europe\/London$/, 'GBP'],
  [/^Europe\/(Berlin|Paris|Madrid|Rome|Vienna|Amsterdam|Brussels|Dublin|Lisbon|Helsinki)$/, 'EUR'],
  [/^America\/(Monterrey|Mexico_City|Tijuana)$/, 'MXN'],
  [/^America\/(New_York|Chicago|Denver|Los_Angeles)$/, 'USD'],
]

/** The form begins with these: the zone of the browser, its money, and the plant under which devices send already. */
export function firstValues(sending: readonly string[]): FormValues {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  // Browsers on machines that are set to no zone say UTC, where no plant is.
  const zone = timeZone === 'UTC' && language.peek() === 'zh' ? 'Asia/Shanghai' : timeZone
  return {
    id: sending[0] ?? '',
    zone,
    shifts: 'none',
    tariff: 'none',
    currency: CURRENCIES.find(([of]) => of.test(zone))?.[1] ?? '',
    from: `${new Date(nowMs.peek()).getUTCFullYear()}-01-01`,
  }
}
