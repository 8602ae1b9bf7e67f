import type { ComponentChildren } from 'preact'
import type { PlantNode } from '../../../src/base/wire.js'
import { figureFor, shareText } from '../format.js'
import { factsOf, formulaOf } from '../names.js'
import { linkTo } from '../nav.js'
import type { ReportRow } from '../plant/report.js'
import { language, words } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { Icon } from '../ui/icon.js'
import { subscripts, Value } from '../ui/text.js'
import { reportWords } from './words.js'

interface LineageProps {
  readonly plant: PlantNode
  /** null while nothing is traced. */
  readonly row: ReportRow | null
  readonly onClose: () => void
}

/** From a figure to its formula, what went into it, its factors, and the windows it is made of. */
export function Lineage({ plant, row, onClose }: LineageProps) {
  const w = reportWords()
  return (
    <Dialog title={row === null ? '' : w.trace(row.info.name[language.value])} isOpen={row !== null} onClose={onClose}>
      {row !== null && <Steps plant={plant} row={row} onClose={onClose} />}
    </Dialog>
  )
}

function Steps({ plant, row: { info, point }, onClose }: LineageProps & { readonly row: ReportRow }) {
  const dictionary = words()
  const w = reportWords().lineage
  const lang = language.value
  const facts = factsOf(info)
  return (
    <>
      <header class="lineage-head">
        <h2 class="dialog-title">{subscripts(info.name[lang])}</h2>
        <button type="button" class="button is-icon" aria-label={dictionary.keys.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p class="lineage-value">
        <Value value={point.value} figure={figureFor(info, point.value ?? 0)} />
        {point.value === null && point.reason !== '' && <> {dictionary.reasons[point.reason]}</>}
      </p>
      <dl class="lineage">
        {point.value !== null && (
          <Step name={w.exact}>
            <span class="num">
              {point.value} {point.unit}
            </span>
          </Step>
        )}
        <Step name={w.formula}>
          <code>{formulaOf(info)}</code>
        </Step>
        <Step name={w.members}>{facts.members}</Step>
        {point.numerator !== null && point.denominator !== null && point.denominator !== 1 && (
          <>
            <Step name={w.numerator}>
              <span class="num">{point.numerator}</span>
            </Step>
            <Step name={w.denominator}>
              <span class="num">{point.denominator}</span>
            </Step>
          </>
        )}
        <Step name={w.factors}>
          {point.factors.length === 0 ? (
            w.noFactors
          ) : (
            <ul>
              {point.factors.map((factor) => (
                <li key={factor}>
                  <code>{factor}</code>
                </li>
              ))}
            </ul>
          )}
        </Step>
        <Step name={w.coverage}>
          <span class="num">
            {shareText(point.coverage, lang)}
            {point.estimated_share > 0 && ` · ${w.estimated} ${shareText(point.estimated_share, lang)}`}
          </span>
        </Step>
        <Step name={w.flags}>
          {point.flags.length === 0 ? w.noFlags : point.flags.map((flag) => dictionary.flags[flag]).join(', ')}
        </Step>
        {point.rev > 0 && <Step name={w.revision}>{w.times(String(point.rev))}</Step>}
        <Step name={w.source}>
          {facts.source} ({reportWords().confidences[info.confidence]})
        </Step>
        <Step name={w.nulls}>{facts.nulls}</Step>
      </dl>
      <a
        class="link"
        href={linkTo({ view: 'plant', plant: plant.id, line: null, kpi: info.id, window: null })}
        onClick={onClose}
      >
        {w.chart}
        <Icon name="arrowRight" size={14} />
      </a>
    </>
  )
}

function Step({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
