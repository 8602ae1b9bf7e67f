import { type CertificateClaim, type ClaimOrigin, certificateClaim, rangeWords } from '../audit/certificates/claim.js'
import { certificateClaims } from '../audit/certificates/claims-on-record.js'
import { type CertificateConflict, CertificateRegister } from '../audit/certificates/register.js'
import { unapprovedId } from '../audit/entries.js'
import { type CertificateRange, certificateCount, certificateNumber } from '../base/energy-certificates.js'
import { compareText } from '../base/text-order.js'
import { ProblemError } from './problem.js'
import type { KnownPlants } from './sources/plants.js'
import type { RecordSources } from './sources/records.js'
import type { CertificateConflictItem, CertificateLotItem, CertificatesAnswer } from './wire/certificates.js'

export type CertificateSources = Pick<KnownPlants, 'plants'> &
  Pick<RecordSources, 'certificateStatements' | 'entryRules'>

/** Reads who has which certificate, over all plants, as it stands now. */
export async function certificateRegister(sources: CertificateSources): Promise<CertificateRegister> {
  const claims = certificateClaims(await sources.certificateStatements())
  return new CertificateRegister(claims, contractCertificates(sources))
}

function contractCertificates(sources: CertificateSources) {
  return sources.plants().flatMap(({ id: plant }) => {
    const { certificates = [] } = sources.entryRules(plant)
    return certificates.map((one) => ({ plant, ...one }))
  })
}

/**
 * Takes claims of certificates one after the other, each when it has been asked whether somebody has them already: of two at a
 * time one is refused.
 */
export class CertificateDesk {
  readonly #sources: CertificateSources
  #last: Promise<unknown> = Promise.resolve()

  constructor(sources: CertificateSources) {
    this.#sources = sources
  }

  /**
   * Puts a claim on record by `say` when nobody has the certificates, and looks again behind it: what another process put on record
   * meanwhile is there then. Throws the 409 that names both places.
   */
  claim<T>(fields: Readonly<Record<string, unknown>>, origin: ClaimOrigin, say: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      const claim = certificateClaim(fields, origin)
      const before = await certificateRegister(this.#sources)
      const isSaid = [...before.lots, ...before.conflicts.map((one) => one.claim)].some((one) => isOf(one, origin))
      if (claim !== null && !isSaid) refuse(before.conflictOf(claim))
      const said = await say()
      await this.check(origin)
      return said
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  /** Throws the 409 for a claim on record that does not hold. */
  async check(of: Pick<ClaimOrigin, 'plant' | 'entry'>): Promise<void> {
    const { conflicts } = await certificateRegister(this.#sources)
    refuse(conflicts.find(({ claim, before }) => before !== null && isOf(claim, of)) ?? null)
  }
}

function isOf(claim: CertificateClaim, { plant, entry }: Pick<ClaimOrigin, 'plant' | 'entry'>): boolean {
  return claim.plant === plant && claim.entry === unapprovedId(entry)
}

function refuse(conflict: CertificateConflict | null): void {
  if (conflict === null) return
  const { claim, numbers, before, contract, reason } = conflict
  const what = `Certificates ${rangeWords(numbers)} of ${claim.issuer}`
  const who =
    contract !== null
      ? `are named by contract ${contract.contract} of ${contract.plant}`
      : before === null
        ? 'are claimed'
        : `are ${stateWords(before)} by ${before.plant} (entry ${before.entry})`
  const why = {
    other_plant: `a certificate counts once over all plants, so ${claim.plant} cannot claim it`,
    contract_of_other_plant: `a certificate counts once over all plants, so ${claim.plant} cannot claim it`,
    other_facts: `month of generation, technology and MWh of each have to be those that ${claim.plant} said before; withdraw that entry first if it was wrong`,
    said_before: `an entry of ${claim.plant} can only take them on from issued over held to retired`,
  }[reason]
  throw new ProblemError(409, `${what} ${who}: ${why}.`)
}

function stateWords({ state, usedFor }: CertificateClaim): string {
  return usedFor === null ? state : `${state} for ${usedFor}`
}

/** The register as the API gives it. */
export function certificatesAnswerOf({ lots, conflicts }: CertificateRegister): CertificatesAnswer {
  return { lots: lots.map(lotItem), retired: retiredMonths(lots), conflicts: conflicts.map(conflictItem) }
}

function lotItem(lot: CertificateClaim): CertificateLotItem {
  const { issuer, plant, entry, generated, technology, state, usedFor, isProposed, author, document, at } = lot
  const count = certificateCount(lot)
  return {
    issuer,
    ...ends(lot),
    plant,
    entry,
    count,
    mwh: mwhOf(lot),
    generated,
    technology,
    state,
    used_for: usedFor,
    proposed: isProposed,
    author,
    document,
    at,
  }
}

function conflictItem({ claim, numbers, reason, before, contract }: CertificateConflict): CertificateConflictItem {
  const { issuer, plant, entry } = claim
  const claimedBy =
    contract === null
      ? { plant: before?.plant ?? '', entry: before?.entry ?? null, contract: null }
      : { plant: contract.plant, entry: null, contract: contract.contract }
  return { issuer, ...ends(numbers), plant, entry, reason, claimed_by: claimedBy }
}

function retiredMonths(lots: readonly CertificateClaim[]): CertificatesAnswer['retired'] {
  const months = new Map<string, { plant: string; month: string; mwh: number }>()
  for (const lot of lots) {
    if (lot.usedFor === null || lot.isProposed) continue
    const key = `${lot.plant}\n${lot.usedFor}`
    const mwh = (months.get(key)?.mwh ?? 0) + mwhOf(lot)
    months.set(key, { plant: lot.plant, month: lot.usedFor, mwh })
  }
  return [...months].sort(([a], [b]) => compareText(a, b)).map(([, month]) => month)
}

function mwhOf(lot: CertificateClaim): number {
  return lot.mwhEach * certificateCount(lot)
}

function ends(range: CertificateRange): { readonly first: string; readonly last: string } {
  return { first: certificateNumber(range, range.first), last: certificateNumber(range, range.last) }
}
