import type { PlantNode } from '../../../src/base/wire.js'
import type { PeakAnswer } from '../../../src/views/wire/peak.js'
import { figureFor, figureText, shareText } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { lineName } from '../names.js'
import { linkTo } from '../nav.js'
import { language } from '../settings.js'
import { clockText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { Unit } from '../ui/text.js'
import { useOutlookWords } from './words.js'

interface WaitingCardProps {
  readonly plant: PlantNode
  readonly answer: Answer<PeakAnswer>
  readonly onRetry: () => void
}

/** The card lists the submeters with the largest power: whoever has to stay under a limit looks there first. */
export function WaitingCard({ plant, answer, onRetry }: WaitingCardProps) {
  const w = useOutlookWords().waiting
  const { start = null, end = null, meters = [] } = answer.kind === 'loaded' ? answer.value.could_wait : {}
  const lang = language.value
  const largest = meters[0]?.power_kw ?? 0
  const figure = figureFor({ id: '', unit: 'kW', shape: 'level' }, largest)
  const lineOf = (id: string) => plant.lines.find((line) => line.id === id)
  const times = [start, end]
    .map((text) => (text === null ? '' : clockText(Date.parse(text), plant.timezone, lang)))
    .join('–')
  return (
    <CardFrame
      id="outlook-waiting"
      pillar="green"
      title={w.title}
      subtitle={start === null ? '' : w.of(times)}
      past={answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer}
      onRetry={onRetry}
      footer={<span class="faint">{w.note}</span>}
    >
      {meters.length === 0 ? (
        <p class="card-empty">{start === null ? w.unknown : w.none}</p>
      ) : (
        <div class="table-wide">
          <table class="table is-dense">
            <thead>
              <tr>
                <th>{w.meter}</th>
                <th>{w.line}</th>
                <th class="num">
                  {w.power}
                  <Unit unit={figure.unit} />
                </th>
                <th class="num">{w.share}</th>
              </tr>
            </thead>
            <tbody>
              {meters.map(({ device, line, power_kw, share }) => {
                const node = lineOf(line)
                return (
                  <tr key={device} data-device={device} data-kw={power_kw}>
                    <td>
                      <a href={linkTo({ view: 'device', plant: plant.id, device })}>
                        <code>{device}</code>
                      </a>
                    </td>
                    <td>{node === undefined ? line : lineName(node)}</td>
                    <td class="num">{figureText(power_kw, figure, lang)}</td>
                    <td class="num">{share === null ? '—' : shareText(share, lang, 0)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </CardFrame>
  )
}
