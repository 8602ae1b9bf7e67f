import { frameOf } from '../chart/frame.js'
import type { ChartModel } from '../chart/model.js'
import { readPalette } from '../chart/palette.js'
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
  /** What the marks mean, and the unit. */
  readonly legend: string
}

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
  write(words.legend, SIZE.height - MARGIN - 16, 12, 400, palette.ink3)
  return new Promise((resolve) => sheet.canvas.toBlob(resolve, 'image/png'))
}

function canvasOf(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE.width * RATIO
  canvas.height = SIZE.height * RATIO
  return canvas.getContext('2d')!
}
