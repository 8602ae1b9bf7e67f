import { hash } from 'node:crypto'
import { pactValidity, plainDecimal } from './check.js'
import type { PactFootprint } from './document.js'

/** Characters of a name that are kept of it. */
const NAME_CHARS_MAX = 200

/** The entry of a footprint that was checked: what lots use of it, and the hash of its file. */
export function supplierFootprintFields(
  footprint: PactFootprint,
  content: string,
  document: string | undefined,
): Readonly<Record<string, unknown>> {
  const { pcf } = footprint
  const { fromMs, toMs } = pactValidity(footprint)
  return {
    footprint: footprint.id.toLowerCase(),
    supplier: footprint.companyName.slice(0, NAME_CHARS_MAX),
    product: footprint.productNameCompany.slice(0, NAME_CHARS_MAX),
    declared_unit: pcf.declaredUnitOfMeasurement,
    declared_amount: plainDecimal(pcf.declaredUnitAmount),
    kg_co2e: plainDecimal(pcf.pcfExcludingBiogenicUptake),
    fossil_kg_co2e: plainDecimal(pcf.fossilGhgEmissions),
    ...(pcf.primaryDataShare === undefined ? {} : { primary_data_share: plainDecimal(pcf.primaryDataShare) }),
    valid_from: new Date(fromMs).toISOString(),
    valid_to: new Date(toMs).toISOString(),
    spec_version: footprint.specVersion,
    document: document ?? `footprint ${footprint.id.toLowerCase()}`,
    document_sha256: hash('sha256', content, 'hex'),
  }
}
