import {
  type CertificateRange,
  type ConflictReason,
  certificateRange,
  certificateWord,
} from '../../base/energy-certificates.js'
import { entryOf } from '../../base/entry-of.js'
import { compareText } from '../../base/text-order.js'
import { type CertificateClaim, claimedByBoth, conflictReason } from './claim.js'

/** A certificate that a contract of a plant's configuration names. */
export interface ContractCertificate {
  readonly plant: string
  readonly contract: string
  readonly certificate: string
  /** Registry that keeps it; any where it is not said. */
  readonly registry?: string | undefined
}

/** A claim that was not taken, and who has the certificates. */
export interface CertificateConflict {
  readonly claim: CertificateClaim
  readonly reason: ConflictReason
  /** Certificates that both would have. */
  readonly numbers: Pick<CertificateClaim, 'prefix' | 'first' | 'last' | 'digits'>
  /** The claim that has them; null where a contract has. */
  readonly before: CertificateClaim | null
  /** The contract that has them; null where a claim has. */
  readonly contract: ContractCertificate | null
}

/**
 * The register says who has which certificate of green electricity, over all plants. Claims are taken in the order in which they were put on record, so
 * that the same claims give the same register in any order of reading. A certificate has one plant; of the same plant a later
 * claim may only take it on, from issued over held to retired.
 */
export class CertificateRegister {
  /** Claims by issuer and beginning of the number, in order of numbers, without overlap. */
  readonly #lots = new Map<string, CertificateClaim[]>()
  /** Certificates of contracts by beginning of the number, in order of numbers. */
  readonly #named: ReadonlyMap<string, readonly NamedCertificate[]>
  /** Claims that were not taken, oldest first. */
  readonly conflicts: readonly CertificateConflict[]

  constructor(claims: readonly CertificateClaim[], contracts: readonly ContractCertificate[] = []) {
    this.#named = namedCertificates(contracts)
    const inOrder = claims.toSorted(
      (a, b) => compareText(a.at, b.at) || compareText(a.plant, b.plant) || compareText(a.entry, b.entry),
    )
    this.conflicts = inOrder.flatMap((claim) => {
      const conflict = this.#conflictWithClaims(claim)
      if (conflict !== null) return [conflict]
      this.#take(claim)
      return this.#conflictWithContracts(claim) ?? []
    })
  }

  /** Certificates with the same plant, facts and state, in order of issuer and number; what a claim has lost to a later one is that one's. */
  get lots(): readonly CertificateClaim[] {
    return [...this.#lots].sort(([a], [b]) => compareText(a, b)).flatMap(([, lots]) => lots)
  }

  /** The reason for which a claim cannot be taken now; null when it can. */
  conflictOf(claim: CertificateClaim): CertificateConflict | null {
    return this.#conflictWithClaims(claim) ?? this.#conflictWithContracts(claim)
  }

  #conflictWithClaims(claim: CertificateClaim): CertificateConflict | null {
    for (const before of overlapping(this.#lots.get(keyOf(claim)) ?? [], claim).lots) {
      const reason = conflictReason(claim, before)
      const numbers = claimedByBoth(claim, before)
      if (reason !== null && numbers !== null) return { claim, reason, numbers, before, contract: null }
    }
    return null
  }

  #conflictWithContracts(claim: CertificateClaim): CertificateConflict | null {
    const named = overlapping(this.#named.get(claim.prefix) ?? [], claim).lots
    const issuer = certificateWord(claim.issuer)
    for (const { contract, registry, ...range } of named) {
      if (contract.plant === claim.plant || (registry !== null && registry !== issuer)) continue
      const numbers = claimedByBoth(claim, range)
      if (numbers !== null) return { claim, reason: 'contract_of_other_plant', numbers, before: null, contract }
    }
    return null
  }

  /** Lets a claim have its certificates: of claims of the same plant it takes them over. */
  #take(claim: CertificateClaim): void {
    const all = entryOf(this.#lots, keyOf(claim), (): CertificateClaim[] => [])
    const { from, lots } = overlapping(all, claim)
    const [first, last] = [lots[0], lots.at(-1)]
    const left = first !== undefined && first.first < claim.first ? [{ ...first, last: claim.first - 1n }] : []
    const right = last !== undefined && last.last > claim.last ? [{ ...last, first: claim.last + 1n }] : []
    all.splice(from, lots.length, ...left, claim, ...right)
  }
}

function keyOf({ issuer, prefix }: CertificateClaim): string {
  return `${certificateWord(issuer)}\n${prefix}`
}

/** A certificate of a contract as it is looked for: read once, however many claims there are. */
interface NamedCertificate extends CertificateRange {
  readonly contract: ContractCertificate
  /** Registry in the one way of writing it; null for any. */
  readonly registry: string | null
}

function namedCertificates(
  contracts: readonly ContractCertificate[],
): ReadonlyMap<string, readonly NamedCertificate[]> {
  const byPrefix = new Map<string, NamedCertificate[]>()
  for (const contract of contracts) {
    const range = certificateRange(contract.certificate)
    if (range === null) continue
    const registry = contract.registry === undefined ? null : certificateWord(contract.registry)
    entryOf(byPrefix, range.prefix, (): NamedCertificate[] => []).push({ ...range, contract, registry })
  }
  for (const named of byPrefix.values()) named.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  return byPrefix
}

/** The ranges that share a number with a claim, and where they begin; `all` are in order of their first and last numbers. */
function overlapping<T extends Pick<CertificateRange, 'first' | 'last'>>(all: readonly T[], claim: CertificateClaim) {
  let [from, end] = [0, all.length]
  while (from < end) {
    const middle = (from + end) >> 1
    if (all[middle]!.last < claim.first) from = middle + 1
    else end = middle
  }
  let to = from
  while (to < all.length && all[to]!.first <= claim.last) to++
  return { from, lots: all.slice(from, to) }
}
