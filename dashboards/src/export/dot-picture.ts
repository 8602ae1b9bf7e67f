import { readPalette } from '../chart/palette.js'
import { FONT } from '../chart/plot.js'

/** Dots over time as a picture that says by itself what it shows. */
export interface DotPicture {
  readonly title: string
  readonly subtitle: string
  /** Oldest first, in parts of the plot from its left and from its top, 0 to 1. */
  readonly dots: readonly { readonly x: number; readonly y: number }[]
  /** The labels of each axis stand at a part of its length, 0 to 1. */
  readonly values: readonly { readonly at: number; readonly text: string }[]
  readonly times: readonly { readonly at: number; readonly text: string }[]
}

/** CSS pixels; the picture has twice as many, for paper and for large screens. */
const SIZE = { width: 1120, height: 420 } as const
const RATIO = 2
const BOX = { left: 110, top: 92, width: 980, height: 270 } as const
const MARGIN = 24

/** The picture has the colours of the page; null means that the browser makes none. */
export async function dotPng(root: HTMLElement, { title, subtitle, dots, values, times }: DotPicture) {
  await document.fonts.ready
  const palette = readPalette(root, 'green', RATIO)
  const canvas = document.createElement('canvas')
  canvas.width = SIZE.width * RATIO
  canvas.height = SIZE.height * RATIO
  const sheet = canvas.getContext('2d')!
  sheet.scale(RATIO, RATIO)
  sheet.fillStyle = palette.surface
  sheet.fillRect(0, 0, SIZE.width, SIZE.height)
  sheet.textBaseline = 'middle'
  const write = (text: string, x: number, y: number, face: string, colour: string, align: CanvasTextAlign) => {
    sheet.font = `${face} ${FONT}`
    sheet.fillStyle = colour
    sheet.textAlign = align
    sheet.fillText(text, x, y)
  }
  write(title, MARGIN, MARGIN + 10, '600 18px', palette.ink1, 'left')
  write(subtitle, MARGIN, MARGIN + 36, '400 13px', palette.ink3, 'left')
  for (const { at, text } of values) {
    const y = BOX.top + at * BOX.height
    sheet.fillStyle = palette.line
    sheet.fillRect(BOX.left, y, BOX.width, 1)
    write(text, BOX.left - 10, y, '400 12px', palette.ink3, 'right')
  }
  for (const { at, text } of times) {
    write(text, BOX.left + at * BOX.width, BOX.top + BOX.height + 20, '400 12px', palette.ink3, 'center')
  }
  sheet.fillStyle = palette.ink1
  for (const { x, y } of dots) {
    sheet.beginPath()
    sheet.arc(BOX.left + x * BOX.width, BOX.top + y * BOX.height, 1.6, 0, 2 * Math.PI)
    sheet.fill()
  }
  return new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
}
