import type { PreviousReport, Report } from '../../../src/base/report.js'
import { shareText, shownUnit } from '../format.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { subscripts, Unit } from '../ui/text.js'
import type { Version } from './gateway.js'
import { exactDecimal } from './number.js'
import { reportWords } from './words.js'

interface ChangesProps {
  readonly report: Report
  readonly previous: PreviousReport
  readonly of: Version
}

/** Changes since the version before, figure by figure, and why. */
export function ReportChanges({ report, previous, of }: ChangesProps) {
  const dictionary = reportWords()
  const w = dictionary.document
  const lang = language.value
  const number = (value: string | null) => (value === null ? '—' : exactDecimal(value, lang))
  const title = w.changes(dictionary.version(String(previous.version)))
  return (
    <section class="document-section" id="changes" data-card="changes">
      <h3>{title}</h3>
      {previous.change !== null && (
        <p class="document-note num">
          {w.largest(shareText(previous.change, lang, 3), shareText(previous.threshold, lang, 3))}
          {previous.mandatory && <strong> · {dictionary.mustReissue}</strong>}
        </p>
      )}
      {previous.differences.length === 0 ? (
        <p class="faint">{w.noChanges}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="table-wide" tabIndex={0} aria-label={title}>
          <table class="table is-dense">
            <thead>
              <tr>
                <th>{w.figure}</th>
                <th class="num">{w.before}</th>
                <th class="num">{w.after}</th>
                <th class="num">{w.delta}</th>
                <th>{w.reasons}</th>
              </tr>
            </thead>
            <tbody>
              {previous.differences.map((difference) => {
                const figure = report.figures[difference.figure]
                return (
                  <tr key={difference.figure} data-difference={difference.figure}>
                    <td>
                      <a
                        class="text-link"
                        href={linkTo({ view: 'report', report: of.id, version: of.version, figure: difference.figure })}
                      >
                        {figure === undefined ? difference.figure : subscripts(figure.name[lang])}
                      </a>
                    </td>
                    <td class="num">{number(difference.before)}</td>
                    <td class="num">{number(difference.after)}</td>
                    <td class="num">
                      <span class="value">
                        {difference.delta?.startsWith('-') === false && '+'}
                        {number(difference.delta)}
                        {figure !== undefined && difference.delta !== null && <Unit unit={shownUnit(figure.unit)} />}
                      </span>
                    </td>
                    <td>{reasonsText(difference.reasons) || w.noReason}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

/** As restatements say it, with the code beside the words. */
function reasonsText(reasons: readonly string[]): string {
  const known: Readonly<Record<string, string>> = {
    ...words().chart.restatedBy,
    statement: reportWords().document.statement,
  }
  return reasons
    .map((reason) => (known[reason] === undefined ? reason : `${known[reason]} (${reason})`))
    .join(reportWords().list)
}
