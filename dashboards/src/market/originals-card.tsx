import type { EntryType } from '../../../src/base/entries.js'
import type { CarbonMarketAnswer } from '../../../src/views/wire/carbon-market.js'
import { entryWords } from '../entries/words.js'
import { shortDigest } from '../reports/number.js'
import { marketWords } from './words.js'

/** Originals of entries: those that are kept, and entries that lack theirs. */
export function OriginalsCard({ of: { named, kept, missing } }: { readonly of: CarbonMarketAnswer['originals'] }) {
  const w = marketWords()
  const types = entryWords().types
  return (
    <section class="card" aria-label={w.originals} data-card="originals">
      <header class="card-head">
        <h2>{w.originals}</h2>
        <span class="card-sub">{w.originalsSub(String(kept), String(named))}</span>
      </header>
      <p class="market-note">{missing.length === 0 ? w.noneMissing : w.missing}</p>
      <ul class="market-missing">
        {missing.map(({ entry, type, document, sha256 }) => (
          <li key={entry}>
            {types[type as EntryType]} · {document ?? entry}{' '}
            <span class="faint" title={sha256 ?? ''}>
              {sha256 === null ? w.noOriginal : `SHA-256 ${shortDigest(sha256)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
