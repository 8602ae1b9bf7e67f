import { type Palette, readPalette } from '../chart/palette.js'
import { FONT } from '../chart/plot.js'

/** A card that is no chart over time, as a picture: its rows with their bars, and what they say in figures. */

/** A segment of a bar, in parts of the whole width. */
export interface PictureBar {
  readonly share: number
  /** A bar is drawn at full strength, at half, or as an outline. */
  readonly look: 'full' | 'half' | 'line'
}

export interface PictureRow {
  readonly name: string
  readonly bars: readonly PictureBar[]
  /** Fields beside each other in place of bars, 0 to 1 by strength; null for one that is not known. */
  readonly cells?: readonly (number | null)[]
  /** One for each column. */
  readonly values: readonly string[]
}

export interface CardPicture {
  readonly title: string
  readonly subtitle: string
  /** Heads of the columns behind the bars. */
  readonly columns: readonly string[]
  readonly rows: readonly PictureRow[]
  /** Below the rows. */
  readonly note: string
}

/** CSS pixels; the picture has twice as many, for paper and for large screens. */
const WIDTH = 1120
const RATIO = 2
const MARGIN = 24
const HEAD = 64
const ROW = 30
const FOOT = 34
const NAME = 230
const COLUMN = 128
/** The canvas of every browser holds this many rows. */
const ROWS_MAX = 400

/** The picture has the colours of the page; null means that the browser makes none. */
export async function cardPng(root: HTMLElement, card: CardPicture): Promise<Blob | null> {
  await document.fonts.ready
  const palette = readPalette(root, 'green', RATIO)
  const rows = card.rows.slice(0, ROWS_MAX)
  const height = 2 * MARGIN + HEAD + ROW * (rows.length + 1) + FOOT
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH * RATIO
  canvas.height = height * RATIO
  const sheet = canvas.getContext('2d')!
  sheet.scale(RATIO, RATIO)
  sheet.fillStyle = palette.surface
  sheet.fillRect(0, 0, WIDTH, height)
  sheet.textBaseline = 'middle'
  write(sheet, card.title, MARGIN, MARGIN + 10, palette.ink1, '600 18px')
  write(sheet, card.subtitle, MARGIN, MARGIN + 36, palette.ink3)
  const left = WIDTH - MARGIN - COLUMN * card.columns.length
  let y = MARGIN + HEAD
  for (const [i, head] of card.columns.entries()) {
    write(sheet, head, left + COLUMN * (i + 1), y + ROW / 2, palette.ink3, undefined, true)
  }
  for (const row of rows) {
    y += ROW
    drawRow(sheet, palette, row, { y, left })
  }
  write(sheet, card.note, MARGIN, y + ROW + FOOT / 2, palette.ink3, '400 12px')
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

interface Place {
  readonly y: number
  /** The columns begin here, CSS pixels from the left. */
  readonly left: number
}

function drawRow(sheet: CanvasRenderingContext2D, palette: Palette, row: PictureRow, { y, left }: Place): void {
  sheet.fillStyle = palette.line
  sheet.fillRect(MARGIN, y, WIDTH - 2 * MARGIN, 1)
  write(sheet, row.name, MARGIN, y + ROW / 2, palette.ink1, undefined, false, NAME - 12)
  let x = MARGIN + NAME
  const width = left - x - 16
  const ink = palette.inks.normal
  for (const { share, look } of row.bars) {
    const length = Math.max(1, share * width)
    sheet.fillStyle = look === 'full' ? ink.full : ink.fill
    sheet.strokeStyle = ink.full
    if (look === 'line') sheet.strokeRect(x + 0.5, y + 8.5, Math.max(1, length - 1), ROW - 16)
    else sheet.fillRect(x, y + 8, length, ROW - 15)
    x += length
  }
  const cells = row.cells ?? []
  for (const [i, share] of cells.entries()) {
    const side = width / cells.length
    const [cellX, cellY] = [MARGIN + NAME + i * side, y + 2]
    sheet.globalAlpha = share === null ? 1 : 0.06 + 0.94 * share
    sheet.fillStyle = share === null ? palette.gap : ink.full
    sheet.fillRect(cellX, cellY, side - 1, ROW - 3)
    sheet.globalAlpha = 1
  }
  for (const [i, value] of row.values.entries()) {
    write(sheet, value, left + COLUMN * (i + 1), y + ROW / 2, palette.ink1, undefined, true, COLUMN - 8)
  }
}

function write(
  sheet: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  face = '400 13px',
  isRight = false,
  widthMax = WIDTH - 2 * MARGIN,
): void {
  sheet.font = `${face} ${FONT}`
  sheet.fillStyle = colour
  sheet.textAlign = isRight ? 'right' : 'left'
  sheet.fillText(text, x, y, widthMax)
}
