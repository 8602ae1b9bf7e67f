import { EVENT_FIELDS, type EventFields } from '../../base/events.js'
import { groupedBy } from '../../base/grouped-by.js'
import type { DeclaredUnit } from '../../base/production-lots.js'
import type { EventItem } from '../../base/records.js'
import { compareText } from '../../base/text-order.js'
import type { EntryItem } from '../../base/wire/entries.js'
import { entryItemsOf, unapprovedId } from '../entries.js'

/** Types of entries that the footprints of lots are made with, beside what was measured. */
export const LOT_ENTRIES = ['production_lot', 'lot_input', 'supplier_footprint'] as const

/** Person and paper behind an entry. */
interface EntryOrigin {
  /** Id of the entry, without what an approval adds to it. */
  readonly entry: string
  readonly author: string
  readonly document: string | null
}

/** A lot that a line made, as people put it on record, with what suppliers say of its inputs. Times in epoch ms. */
export interface ProductionLot extends EntryOrigin {
  readonly said: EventFields<'production_lot'>
  readonly fromMs: number
  readonly toMs: number
  /** In the order of their materials. */
  readonly inputs: readonly LotInput[]
}

/** Something from a supplier that goes into a lot. */
export interface LotInput extends EntryOrigin {
  readonly said: EventFields<'lot_input'>
  /** Footprint of the supplier's product that counts for it; null while none is on record. */
  readonly footprint: SupplierFootprint | null
}

/** A supplier's footprint that was validated and put on record. Decimals are exact; times in epoch ms. */
export interface SupplierFootprint extends EntryOrigin {
  readonly id: string
  readonly supplier: string
  readonly product: string
  readonly declaredUnit: DeclaredUnit
  readonly declaredAmount: string
  readonly kgCo2e: string
  readonly fossilKgCo2e: string
  /** Share of primary data, %; null where the supplier states none. */
  readonly primaryDataShare: string | null
  readonly validFromMs: number
  readonly validToMs: number
  readonly sha256: string | null
}

/** Lots that count, in order of time and entry: said by people, and neither withdrawn nor waiting for somebody else. */
export function lotsOnRecord(events: readonly EventItem[]): readonly ProductionLot[] {
  // An event of an older version without an origin may be of a device: people had no way to say these types then.
  const items = entryItemsOf(events).filter(({ status, origin }) => status === 'counted' && origin?.kind === 'person')
  const footprints = footprintsById(items)
  const inputs = items
    .flatMap((item) => inputOf(item, footprints) ?? [])
    .sort((a, b) => compareText(a.said.material, b.said.material) || compareText(a.entry, b.entry))
  const inputsByLot = groupedBy(inputs, ({ said }) => said.lot)
  return items
    .flatMap((item) => lotOf(item, inputsByLot) ?? [])
    .sort((a, b) => a.fromMs - b.fromMs || compareText(a.entry, b.entry))
}

function lotOf(item: EntryItem, inputs: ReadonlyMap<string, readonly LotInput[]>): ProductionLot | null {
  if (item.type !== 'production_lot') return null
  const { data: said } = EVENT_FIELDS.production_lot.safeParse(item.fields)
  if (said === undefined) return null
  const [fromMs, toMs] = [Date.parse(said.from), Date.parse(said.to)]
  return { ...originOf(item), said, fromMs, toMs, inputs: inputs.get(said.lot) ?? [] }
}

function inputOf(item: EntryItem, footprints: ReadonlyMap<string, SupplierFootprint>): LotInput | null {
  if (item.type !== 'lot_input') return null
  const { data: said } = EVENT_FIELDS.lot_input.safeParse(item.fields)
  if (said === undefined) return null
  return { ...originOf(item), said, footprint: footprints.get(said.footprint.toLowerCase()) ?? null }
}

/** Footprints by id; of one that is on record twice it is the last that was put there. */
function footprintsById(items: readonly EntryItem[]): ReadonlyMap<string, SupplierFootprint> {
  const said = items
    .filter(({ type }) => type === 'supplier_footprint')
    .sort((a, b) => compareText(a.received_at, b.received_at) || compareText(a.id, b.id))
  return new Map(said.flatMap((item) => footprintOf(item) ?? []).map((one) => [one.id, one]))
}

function footprintOf(item: EntryItem): SupplierFootprint | null {
  const { data } = EVENT_FIELDS.supplier_footprint.safeParse(item.fields)
  if (data === undefined) return null
  return {
    ...originOf(item),
    id: data.footprint.toLowerCase(),
    supplier: data.supplier,
    product: data.product,
    declaredUnit: data.declared_unit,
    declaredAmount: data.declared_amount,
    kgCo2e: data.kg_co2e,
    fossilKgCo2e: data.fossil_kg_co2e,
    primaryDataShare: data.primary_data_share ?? null,
    validFromMs: Date.parse(data.valid_from),
    validToMs: Date.parse(data.valid_to),
    sha256: data.document_sha256 ?? null,
  }
}

function originOf({ id, author, document }: EntryItem): EntryOrigin {
  return { entry: unapprovedId(id), author, document }
}
