import type { ReportProfile } from '../../../base/report.js'
import { CBAM, CBAM_FIRST } from './cbam.js'
import { CBAM_SUMMARY } from './cbam-summary.js'
import { CENTRE_DECLARATION, CENTRE_DECLARATION_FIRST } from './centre-declaration.js'
import { ENERGY_SAVING, ENERGY_SAVING_FIRST } from './energy-saving.js'
import { ETS_MONTH } from './ets-month.js'
import { GBT32150 } from './gbt32150.js'
import { GHG, GHG_FIRST } from './ghg.js'
import { PRODUCT_FOOTPRINT } from './product-footprint.js'
import type { ReportForm } from './profile.js'
import { ZERO_CARBON_FACTORY, ZERO_CARBON_FACTORY_FIRST } from './zero-carbon-factory.js'

/** Editions of each form, the newest last. Reports state theirs, and are verified by it for ever. */
const FORMS: Readonly<Record<ReportProfile, readonly [ReportForm, ...ReportForm[]]>> = {
  ghg: [GHG_FIRST, GHG],
  gbt32150: [GBT32150],
  cbam: [CBAM_FIRST, CBAM],
  'cbam-summary': [CBAM_SUMMARY],
  'product-footprint': [PRODUCT_FOOTPRINT],
  'ets-month': [ETS_MONTH],
  'zero-carbon-factory': [ZERO_CARBON_FACTORY_FIRST, ZERO_CARBON_FACTORY],
  'centre-declaration': [CENTRE_DECLARATION_FIRST, CENTRE_DECLARATION],
  'energy-saving': [ENERGY_SAVING_FIRST, ENERGY_SAVING],
}

/** The form of an edition; null for one that this program does not know. */
export function formOf(profile: ReportProfile, edition: number): ReportForm | null {
  return FORMS[profile].find((form) => (form.edition ?? 1) === edition) ?? null
}

/** The edition that new reports are made in. */
export function newestForm(profile: ReportProfile): number {
  return FORMS[profile].at(-1)?.edition ?? 1
}
