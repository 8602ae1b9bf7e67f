import type { DeviceEvent } from '../../src/base/reading.js'
import { said } from './lot-plant.js'

/** Lots of the plant of `lot-plant.ts`, with what suppliers say of their inputs. */

const STEEL = 'aaaaaaaa-1111-4222-8333-000000000001'
const SCREWS = 'aaaaaaaa-1111-4222-8333-000000000002'

const footprint = (id: string, entry: string, more: Record<string, unknown>) =>
  said('supplier_footprint', entry, '2026-01-01T00:00:00Z', {
    ...{ footprint: id, supplier: 'Mill Ltd', product: 'Coil', spec_version: '3.0.0' },
    ...{ valid_from: '2026-01-01T00:00:00Z', valid_to: '2027-01-01T00:00:00Z', document_sha256: 'ab'.repeat(32) },
    ...more,
  })

/** Four hours on line a, which made nothing else: 64 pieces. */
export const METERED_LOT = said('production_lot', 'e-1', '2026-10-01T00:00:00Z', {
  ...{ lot: 'L-1', product: 'bracket', line: 'a', quantity: 64, unit: 'pcs', allocation: 'metered_energy' },
  ...{ from: '2026-10-01T08:00:00+08:00', to: '2026-10-01T12:00:00+08:00', supplier_inputs: 0 },
  ...{ kg_each: 1.5, fossil_carbon_kg: 0, biogenic_carbon_kg: 0.3, exempted_pct: 0 },
})

/** Six hours on line b, 3 t of 8 t: 2 t out of steel and screws. */
export const MASS_LOT = said('production_lot', 'e-2', '2026-10-01T04:00:00Z', {
  ...{ lot: 'L-2', product: 'plate', line: 'b', quantity: 2, unit: 't', allocation: 'mass' },
  ...{ from: '2026-10-01T12:00:00+08:00', to: '2026-10-01T18:00:00+08:00', supplier_inputs: 2 },
  ...{ allocated: 3, allocated_of: 8 },
})

/** Four hours on line b, one of them its own: 300 kg. */
export const TIMED_LOT = said('production_lot', 'e-3', '2026-10-01T16:00:00Z', {
  ...{ lot: 'L-3', product: 'plate', line: 'b', quantity: 300, unit: 'kg', allocation: 'time' },
  ...{ from: '2026-10-02T00:00:00+08:00', to: '2026-10-02T04:00:00+08:00', supplier_inputs: 0 },
  ...{ allocated: 1, allocated_of: 4 },
})

export const STEEL_INPUT = said('lot_input', 'e-4', '2026-10-01T04:00:00Z', {
  ...{ lot: 'L-2', material: 'steel', footprint: STEEL, amount: 2.5, unit: 't' },
})
export const SCREW_INPUT = said('lot_input', 'e-5', '2026-10-01T04:00:00Z', {
  ...{ lot: 'L-2', material: 'screws', footprint: SCREWS, amount: 12, unit: 'pcs' },
})
export const STEEL_FOOTPRINT = footprint(STEEL, 'e-6', {
  ...{
    declared_unit: 'kilogram',
    declared_amount: '1',
    kg_co2e: '1.9',
    fossil_kg_co2e: '1.8',
    primary_data_share: '40',
  },
})
export const SCREW_FOOTPRINT = footprint(SCREWS, 'e-7', {
  ...{ declared_unit: 'piece', declared_amount: '4', kg_co2e: '3', fossil_kg_co2e: '3' },
})

export const LOT_EVENTS: readonly DeviceEvent[] = [
  METERED_LOT,
  MASS_LOT,
  TIMED_LOT,
  STEEL_INPUT,
  SCREW_INPUT,
  STEEL_FOOTPRINT,
  SCREW_FOOTPRINT,
]
