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
  ghg: [GHG_FIRST, GHG, { ...withCleanEnergy(GHG), edition: 3, words: 2 }],
  gbt32150: [GBT32150, { ...GBT32150, edition: 2, words: 2 }],
  cbam: [CBAM_FIRST, CBAM, { ...CBAM, edition: 3, words: 2 }],
  'cbam-summary': [CBAM_SUMMARY],
  'product-footprint': [PRODUCT_FOOTPRINT, { ...PRODUCT_FOOTPRINT, edition: 2, words: 2 }],
  'ets-month': [ETS_MONTH, { ...ETS_MONTH, edition: 2, words: 2 }],
  'zero-carbon-factory': [ZERO_CARBON_FACTORY_FIRST, ZERO_CARBON_FACTORY],
  'centre-declaration': [CENTRE_DECLARATION_FIRST, CENTRE_DECLARATION],
  'energy-saving': [ENERGY_SAVING_FIRST, ENERGY_SAVING],
}

/** The greenhouse gas report with both ways of matching behind scope 2. */
function withCleanEnergy(form: ReportForm): ReportForm {
  const sections = form.sections.map((section) =>
    section.id === 'scope2' ? { ...section, blocks: [...(section.blocks ?? []), 'clean-energy' as const] } : section,
  )
  return { ...form, sections }
}

/** The form of an edition; null for one that this program does not know. */
export function formOf(profile: ReportProfile, edition: number): ReportForm | null {
  return FORMS[profile].find((form) => (form.edition ?? 1) === edition) ?? null
}

/** The edition that new reports are made in. */
export function newestForm(profile: ReportProfile): number {
  return FORMS[profile].at(-1)?.edition ?? 1
}
