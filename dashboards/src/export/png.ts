import { frameOf } from '../chart/frame.js'
import type { ChartModel } from '../chart/model.js'
import { type Palette, readPalette } from '../chart/palette.js'
import { drawPicture, labelWidth, PAD } from '../chart/picture.js'
import { FONT } from '../chart/plot.js'

/** CSS pixels; the picture has twice as many, for paper and for large screens. */
const SIZE = { width: 1120, height: 520 } as const
const RATIO = 2
const MARGIN = 24
const HEAD = 64
const FOOT = 44

interface Words {
  readonly title: string
  /** Plant, range, zone, window. */
  readonly subtitle: string
  /** Marks with the words for what they mean, as far as there are any. */
  readonly legend: readonly { readonly mark: SwatchMark; readonly word: string }[]
}

export type SwatchMark = 'before' | 'estimated' | 'provisional' | 'late' | 'note'

/** A chart as a picture that says by itself what it shows, in the colours of the page. */
export async function pngOf(root: HTMLElement, model: ChartModel, words: Words): Promise<Blob | null> {
  await document.fonts.ready
  const palette = readPalette(root, model.info.pillar, RATIO)
  const frame = frameOf(model)
  const chart = canvasOf()
  const left = MARGIN + labelWidth(frame, model.language)
  const box = {
    left,
    top: MARGIN + HEAD + PAD.top,
    width: SIZE.width - left - MARGIN - PAD.right,
    height: SIZE.height - 2 * MARGIN - HEAD - FOOT - PAD.top - PAD.bottom,
  }
  const scaled = { left: left * RATIO, top: box.top * RATIO, width: box.width * RATIO, height: box.height * RATIO }
  drawPicture(chart, { box: scaled, ratio: RATIO }, model, frame, palette)

  const sheet = canvasOf()
  sheet.fillStyle = palette.surface
  sheet.fillRect(0, 0, sheet.canvas.width, sheet.canvas.height)
  // A bar clears what lies under it: the ground comes from another canvas.
  sheet.drawImage(chart.canvas, 0, 0)
  const write = (text: string, y: number, size: number, weight: number, colour: string) => {
    sheet.font = `${weight} ${size * RATIO}px ${FONT}`
    sheet.fillStyle = colour
    sheet.fillText(text, MARGIN * RATIO, y * RATIO, (SIZE.width - 2 * MARGIN) * RATIO)
  }
  sheet.textBaseline = 'top'
  write(words.title, MARGIN, 18, 600, palette.ink1)
  write(words.subtitle, MARGIN + 28, 13, 400, palette.ink3)
  sheet.font = `${12 * RATIO}px ${FONT}`
  let x = MARGIN * RATIO
  for (const { mark, word } of words.legend) {
    drawSwatch(sheet, palette, mark, x, (SIZE.height - MARGIN - 15) * RATIO)
    sheet.fillStyle = palette.ink3
    sheet.fillText(word, x + 22 * RATIO, (SIZE.height - MARGIN - 16) * RATIO)
    x += sheet.measureText(word).width + 46 * RATIO
  }
  return new Promise((resolve) => sheet.canvas.toBlob(resolve, 'image/png'))
}

/** A mark as it looks in the chart, 16 by 10 px. */
function drawSwatch(context: CanvasRenderingContext2D, palette: Palette, mark: SwatchMark, x: number, y: number): void {
  const [width, height] = [16 * RATIO, 10 * RATIO]
  const ink = palette.inks.normal
  context.strokeStyle = mark === 'before' ? palette.ink4 : ink.full
  context.lineWidth = RATIO
  context.beginPath()
  if (mark === 'estimated') {
    context.fillStyle = ink.hatch
    context.fillRect(x, y, width, height)
  } else if (mark === 'provisional') {
    context.strokeRect(x + RATIO / 2, y, width - RATIO, height)
  } else if (mark === 'before') {
    context.moveTo(x, y + height * 0.7)
    context.lineTo(x + width / 2, y + height * 0.7)
    context.lineTo(x + width / 2, y + height * 0.3)
    context.lineTo(x + width, y + height * 0.3)
    context.stroke()
  } else if (mark === 'late') {
    context.fillStyle = palette.ink3
    context.moveTo(x + width / 2, y + 2 * RATIO)
    context.lineTo(x + width / 2 - 4 * RATIO, y + 8 * RATIO)
    context.lineTo(x + width / 2 + 4 * RATIO, y + 8 * RATIO)
    context.fill()
  } else {
    context.fillStyle = palette.ink1
    context.fillRect(x + 4 * RATIO, y, RATIO, height)
    context.moveTo(x + 4 * RATIO, y)
    context.lineTo(x + 11 * RATIO, y + 3 * RATIO)
    context.lineTo(x + 4 * RATIO, y + 6 * RATIO)
    context.fill()
  }
}

function canvasOf(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE.width * RATIO
  canvas.height = SIZE.height * RATIO
  return canvas.getContext('2d')!
}
