import type { AuditFilter } from '../audit/log/search.js'
import type { ControlPlanVersion } from '../audit/market/control-plan.js'
import {
  type AttestationEntry,
  addsAllowances,
  allowancesOf,
  attestationOf,
  type MarketEntries,
} from '../audit/market/market-entries.js'
import { attestationDueMs, monthsOver, periodOfMonth } from '../audit/market/months.js'
import { reportId } from '../audit/report/request.js'
import { dayInZone } from '../base/days-in-zone.js'
import { coveredKpi, type EtsOptions } from '../base/options/ets.js'
import type { ReportItem } from '../base/report.js'
import type { EntryItem } from '../base/wire/entries.js'
import type { AllowancePosition, CarbonMarketAnswer, ControlPlanItem, MarketMonthItem } from './wire/carbon-market.js'
import type { ProjectionsAnswer } from './wire/projections.js'

const PLAN_MAX = 50
const CHANGES_MAX = 200
const MISSING_MAX = 50

/** Setting of a plant, its zone, and all versions of its control plan. */
export interface MarketPlan {
  readonly ets: EtsOptions | null
  readonly versions: readonly ControlPlanVersion[]
}

/** Everything that the answer about a plant's carbon market is put together from. */
export interface MarketParts extends MarketPlan {
  readonly plant: string
  readonly zone: string
  readonly nowMs: number
  readonly entries: MarketEntries
  /** Entries of which an original is wanted, newest first. */
  readonly papers: readonly EntryItem[]
  readonly reports: readonly ReportItem[]
  readonly projections: ProjectionsAnswer
  /** Account by the beginning of the hash of a configuration. */
  readonly changedBy: ReadonlyMap<string, string>
  /** SHA-256 of originals that are kept. */
  readonly kept: ReadonlySet<string>
}

export function carbonMarket(parts: MarketParts): CarbonMarketAnswer {
  const { ets, zone, nowMs, versions } = parts
  const months = ets === null ? [] : monthsOver(ets, zone, nowMs).toReversed()
  return {
    enabled: ets !== null,
    covered: ets?.covered ?? null,
    attest_within_days: ets?.attest_within_days ?? null,
    months: months.map((month) => monthItem(parts, ets!, month)),
    allowances: allowancePosition(parts),
    plan: versions
      .toReversed()
      .slice(0, PLAN_MAX)
      .map((version) => planItem(version, parts.changedBy)),
    originals: originalsOf(parts),
  }
}

/** The document of a month that was frozen last; null when none is. */
export function frozenMonth(reports: readonly ReportItem[], plant: string, month: string): ReportItem | null {
  const id = documentOf(plant, month)
  const frozen = reports.filter((one) => one.id === id && one.status !== 'draft')
  return frozen.toSorted((a, b) => b.version - a.version)[0] ?? null
}

function documentOf(plant: string, month: string): string {
  return reportId({ plants: [plant], profile: 'ets-month', ...periodOfMonth(month) })
}

function monthItem(parts: MarketParts, ets: EtsOptions, month: string): MarketMonthItem {
  const report = frozenMonth(parts.reports, parts.plant, month)
  const found = attestationOf(parts.entries.attestations, month)
  const dueMs = attestationDueMs(month, ets, parts.zone)
  const first = parts.entries.attestations.find(({ said }) => said.month === month)
  return {
    month,
    ...periodOfMonth(month),
    document: documentOf(parts.plant, month),
    due: instant(dueMs),
    state: stateOf(report, found),
    overdue: found === null && parts.nowMs >= dueMs,
    late: first !== undefined && first.atMs >= dueMs,
    report: report === null ? null : reportOf(report),
    attestation: found === null ? null : attestationItem(found),
  }
}

function stateOf(report: ReportItem | null, found: AttestationEntry | null): MarketMonthItem['state'] {
  if (report === null) return 'open'
  if (found === null) return 'frozen'
  return found.said.report_sha256 === report.sha256 ? 'attested' : 'changed'
}

function reportOf({ id, version, status, sha256, outdated }: ReportItem): MarketMonthItem['report'] {
  return { id, version, status, sha256, outdated }
}

function attestationItem({ entry, said, author, account, atMs }: AttestationEntry): MarketMonthItem['attestation'] {
  return { entry, version: said.version, by: author, account, role: said.role ?? null, at: instant(atMs) }
}

function allowancePosition({ entries, zone, nowMs, ets, projections }: MarketParts): AllowancePosition {
  const year = Number(dayInZone(zone, nowMs).slice(0, 4))
  const sums = allowancesOf(entries.allowances, year)
  const ofYear = entries.allowances.filter(({ said }) => said.year === year)
  // Whoever surrenders or sells some held some, of which these entries say nothing.
  const isHeldKnown = ofYear.some(({ said }) => addsAllowances(said.move))
  const moved = [...sums].filter(([move]) => move !== 'surrendered')
  const held = isHeldKnown ? moved.reduce((sum, [move, t]) => (addsAllowances(move) ? sum + t : sum - t), 0) : null
  const kpi = ets === null ? null : coveredKpi(ets)
  const item = projections.projections.find((one) => one.kpi === kpi && one.period === 'year')
  const isKnown = item !== undefined && item.value !== null && item.low_90 !== null && item.high_90 !== null
  const projected = isKnown
    ? {
        value: item.value! / 1000,
        low_90: item.low_90! / 1000,
        high_90: item.high_90! / 1000,
        issued_at: projections.issued_at!,
      }
    : null
  const difference = projected === null || held === null ? null : held - projected.value
  const price = entries.prices.at(-1)
  return {
    year,
    moves: [...sums].map(([move, t]) => ({ move, t })),
    held,
    surrendered: ofYear.length > 0 ? (sums.get('surrendered') ?? 0) : null,
    used: item === undefined || item.measured === null ? null : item.measured / 1000,
    days_unknown: item?.days_unknown ?? 0,
    projected,
    reason: projected !== null ? '' : item === undefined ? projections.reason || 'pending' : item.reason,
    difference,
    price:
      price === undefined
        ? null
        : {
            price: price.said.price,
            currency: price.said.currency,
            at: instant(price.atMs),
            document: price.document,
          },
    value: difference === null || price === undefined ? null : difference * price.said.price,
  }
}

/** Characters of the hash of a configuration that the audit log names it by. */
const HASH_LENGTH = 16
const CHANGED = /^configuration ([0-9a-f]{16}): /

/** Accounts that changed the configuration, by the beginning of its hash, out of entries of the audit log. */
export function changersOf(
  entries: readonly { readonly actor: string; readonly subject: string }[],
): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ actor, subject }) => {
      const hash = CHANGED.exec(subject)?.[1]
      return hash === undefined ? [] : [[hash, actor] as const]
    }),
  )
}

/** Entries of the audit log that tell who changed the configuration. */
export const CHANGES_OF_CONFIGURATION: AuditFilter = { act: 'config_changed' }

function planItem(
  { version, fromMs, sha256, configuration, changes }: ControlPlanVersion,
  changedBy: ReadonlyMap<string, string>,
): ControlPlanItem {
  return {
    version,
    from: instant(fromMs),
    by: changedBy.get(configuration.slice(0, HASH_LENGTH)) ?? '',
    sha256,
    configuration,
    changes: changes.slice(0, CHANGES_MAX).map((one) => ({ ...one })),
    changed: changes.length,
  }
}

function originalsOf({ papers, kept }: MarketParts): CarbonMarketAnswer['originals'] {
  const named = papers.flatMap((one) => digestIn(one) ?? [])
  const missing = papers.filter((one) => !kept.has(digestIn(one) ?? ''))
  return {
    named: named.length,
    kept: named.filter((sha256) => kept.has(sha256)).length,
    missing: missing.slice(0, MISSING_MAX).map((one) => {
      return { entry: one.id, type: one.type, document: one.document, sha256: digestIn(one) }
    }),
  }
}

/** SHA-256 of the original that an entry names; null when it names none. */
export function digestIn({ fields }: Pick<EntryItem, 'fields'>): string | null {
  const { document_sha256: said } = fields
  return typeof said === 'string' ? said : null
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
