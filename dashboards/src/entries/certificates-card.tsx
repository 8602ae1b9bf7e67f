import type {
  CertificateConflictItem,
  CertificateLotItem,
  CertificatesAnswer,
} from '../../../src/views/wire/certificates.js'
import { usePolled } from '../gateway/polled.js'
import { exactDecimal } from '../reports/number.js'
import { language } from '../settings.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { CERTIFICATES_PATH, ENTRIES_EVERY_MS } from './gateway.js'
import { entryWords } from './words.js'

/** Card of the certificates of all plants, and of claims that do not hold; nothing before there is one. Read again when `changes` is another one. */
export function CertificatesCard({ changes }: { readonly changes: number }) {
  const w = entryWords().certificates
  const { value: answer, again } = usePolled<CertificatesAnswer>(CERTIFICATES_PATH, ENTRIES_EVERY_MS, changes)
  if (answer.kind === 'loading') return null
  const { lots, conflicts } = answer.kind === 'loaded' ? answer.value : { lots: [], conflicts: [] }
  if (answer.kind === 'loaded' && lots.length + conflicts.length === 0) return null
  return (
    <section class="card" aria-label={w.title} data-card="certificates">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
      </header>
      {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
      {conflicts.length > 0 && <Conflicts conflicts={conflicts} />}
      {lots.length > 0 && <Lots lots={lots} />}
    </section>
  )
}

function Lots({ lots }: { readonly lots: readonly CertificateLotItem[] }) {
  const w = entryWords().certificates
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-wide" tabIndex={0} aria-label={w.lots}>
      <table class="table certificate-list">
        <thead>
          <tr>
            <th>{w.certificates}</th>
            <th>{w.stateName}</th>
            <th class="num">{w.amount}</th>
            <th>{w.plant}</th>
            <th class="wide-only">{w.generated}</th>
            <th class="wide-only">{entryWords().who}</th>
            <th class="wide-only">{entryWords().paper}</th>
          </tr>
        </thead>
        <tbody>
          {lots.map((lot) => (
            <Lot key={`${lot.issuer} ${lot.first}`} lot={lot} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Lot({ lot }: { readonly lot: CertificateLotItem }) {
  const w = entryWords().certificates
  return (
    <tr data-certificate={lot.first} data-state={lot.state}>
      <td class="entry-why">
        <code>{w.numbers(lot.first, lot.last)}</code>
        <p class="faint">{lot.issuer}</p>
      </td>
      <td>
        {w.state(lot.state, lot.used_for ?? '')}
        {lot.proposed && <p class="faint">{w.proposed}</p>}
      </td>
      <td class="num">{exactDecimal(String(Number(lot.mwh.toFixed(6))), language.value)}</td>
      <td>{lot.plant}</td>
      <td class="wide-only">
        {lot.generated}
        <p class="faint">{lot.technology}</p>
      </td>
      <td class="wide-only">{lot.author}</td>
      <td class="wide-only entry-why">{lot.document}</td>
    </tr>
  )
}

function Conflicts({ conflicts }: { readonly conflicts: readonly CertificateConflictItem[] }) {
  const w = entryWords().certificates
  return (
    <div class="certificate-conflicts" role="alert">
      <p class="entry-status is-strong">
        <Icon name="alert" size={14} />
        {w.twice}
      </p>
      <ul>
        {conflicts.map(({ first, last, plant, entry, reason, claimed_by: by }) => (
          <li key={`${plant} ${entry}`}>
            <code>{w.numbers(first, last)}</code>{' '}
            {w.conflict(
              w.entryOf(plant, entry),
              by.contract === null ? w.entryOf(by.plant, by.entry ?? '') : w.contractOf(by.plant, by.contract),
            )}
            <span class="faint"> · {w.reasons[reason]}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
