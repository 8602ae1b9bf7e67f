/** Canvas and scales to draw with: functions from time and shown value to canvas pixels, and the edges of the plot. */
export interface Plot {
  readonly context: CanvasRenderingContext2D
  /** Canvas pixels in a CSS pixel. */
  readonly ratio: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
}

export const FONT =
  '"Inter Variable", "PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC Variable", sans-serif'
