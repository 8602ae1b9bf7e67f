import type { ReadonlySignal, Signal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import { chartCsv } from '../export/chart-csv.js'
import { chartFileName } from '../export/file-name.js'
import { pngOf, type SwatchMark } from '../export/png.js'
import { save, saveCsv } from '../export/save.js'
import { lineName, plantName } from '../names.js'
import type { Stream } from '../series/points.js'
import { language, words } from '../settings.js'
import { nowMs, route } from '../state.js'
import { rangeText } from '../time/range-text.js'
import { offsetText } from '../time/time.js'
import { Icon, type IconName } from '../ui/icon.js'
import type { ChartModel } from './model.js'
import { stepOut } from './zoom.js'

interface ChartToolsProps {
  readonly shown: ReadonlySignal<ChartModel | null>
  readonly stream: Stream
  readonly plant: PlantNode
  readonly isTable: Signal<boolean>
}

/** Buttons of a chart: the way out of a zoom, the table, and the files of what is seen. */
export function ChartTools({ shown, stream, plant, isTable }: ChartToolsProps) {
  const w = words().chart
  const saveTable = () => {
    const model = shown.peek()
    if (model === null) return
    saveCsv(chartFileName(stream, model.span, model.zone, 'csv'), chartCsv(model.points, model.zone, model.before))
  }
  const savePicture = async () => {
    const model = shown.peek()
    if (model === null) return
    const picture = await pngOf(document.body, model, textsOf(model, stream, plant))
    if (picture !== null) save(chartFileName(stream, model.span, model.zone, 'png'), picture)
  }
  return (
    <span class="chart-tools">
      {route.value.range.kind === 'span' && (
        <Tool icon="zoomOut" label={w.stepOut} onClick={() => stepOut(plant.timezone)} />
      )}
      <Tool
        icon={isTable.value ? 'chart' : 'table'}
        label={isTable.value ? w.showChart : w.showTable}
        isPressed={isTable.value}
        onClick={() => {
          isTable.value = !isTable.value
        }}
      />
      <Tool icon="download" label={w.saveCsv} onClick={saveTable} />
      <Tool icon="image" label={w.savePng} onClick={() => void savePicture()} />
    </span>
  )
}

interface ToolProps {
  readonly icon: IconName
  readonly label: string
  readonly isPressed?: boolean
  readonly onClick: () => void
}

function Tool({ icon, label, isPressed, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="button is-icon"
      aria-pressed={isPressed}
      title={label}
      aria-label={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}

/** Texts of a picture, beside the chart, because nothing else is there to say them. */
function textsOf(model: ChartModel, stream: Stream, plant: PlantNode) {
  const lang = language.value
  const w = words()
  const line = plant.lines.find(({ id }) => id === stream.line)
  const place = [plantName(plant), line === undefined ? '' : lineName(line), stream.device ?? '']
  const { zone, points, notes } = model
  const isThere: Readonly<Record<SwatchMark, boolean>> = {
    before: model.before !== null,
    estimated: points.some((p) => p.estimated_share > 0),
    provisional: points.some((p) => p.provisional),
    late: points.some((p) => p.rev > 0),
    note: notes.length > 0,
  }
  const marks = (Object.keys(isThere) as SwatchMark[]).filter((mark) => isThere[mark])
  return {
    title: model.info.name[lang],
    subtitle: [
      ...place.filter((name) => name !== ''),
      rangeText(route.value.range, { zone, language: lang, nowMs: nowMs.peek() }, w),
      w.windows[stream.window],
      `${zone} ${offsetText(model.span.fromMs, zone)}`,
    ].join(' · '),
    legend: marks.map((mark) => ({ mark, word: w.legend[mark] })),
  }
}
