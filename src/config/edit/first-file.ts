import { SHIFT_TEMPLATES, type ShiftTemplate } from '../../base/shift-templates.js'
import { blockLines } from './yaml-words.js'

/** The first configuration file of a plant, from a few answers. */

export interface FirstPlant {
  readonly id: string
  readonly name: string
  /** IANA zone. */
  readonly timezone: string
  /** '' for none. */
  readonly gridRegion: string
  /** Ids. */
  readonly lines: readonly string[]
  readonly shifts: ShiftTemplate
}

/** Name of the JSON Schema that editors are told of, beside the file. */
export const SCHEMA_FILE = 'greengauge.schema.json'

const HEAD = `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
# Configuration of a Greengauge gateway. docs/reference/settings.md has every setting, "greengauge check-config" says what is wrong with
# this file, and a running gateway reads it again on SIGHUP.

# Everything that the gateway keeps: readings, figures, reports. A folder of its own, never that of the demo.
data_dir: ./plant-data

# Both listen on this machine alone; docs/operate/tls-and-accounts.md lets others in.
mqtt: { host: 127.0.0.1, port: 1883 }
http: { host: 127.0.0.1, port: 8080 }
`

/** Beginning of a file that people make in the browser: where data and listeners are stays as it was when the gateway started. */
export const BROWSER_HEAD = {
  en: `# Configuration of a Greengauge gateway, begun in the browser. The page Configuration changes it, and so may you: a running gateway reads it
# again on SIGHUP. docs/reference/settings.md has every setting. It lies in the data directory, so it names none.
`,
  zh: `# Greengauge 网关的配置，始建于浏览器。可在“配置”页修改，也可直接编辑本文件：运行中的网关收到 SIGHUP 后重新读取。
# 全部设置见 docs/reference/settings.md。本文件位于数据目录内，因此不写数据目录。
`,
} as const

const DEVICES = `
    # Devices that send are listed on the page Devices until they stand here:
    # devices:
    #   - { id: main-1, role: main, metrics: { elec_import_kwh: { period_s: 60 } } }
    #   - { id: robot-1, line: press, role: robot, on_change: true }
`

/** The text of the file; it is not checked against the rules of the configuration. */
export function firstFile({ id, name, timezone, gridRegion, lines, shifts }: FirstPlant): string {
  const plant = {
    id,
    name: /[\u3400-\u9fff]/.test(name) ? { zh: name } : { en: name },
    timezone,
    ...(gridRegion === '' ? {} : { grid_region: gridRegion }),
    ...(shifts === 'none' ? {} : { shifts: SHIFT_TEMPLATES[shifts] }),
    ...(lines.length === 0 ? {} : { lines: lines.map((line) => ({ id: line })) }),
  }
  const [first, ...rest] = blockLines(plant)
  return `${HEAD}\nplants:\n${[`  - ${first}`, ...rest.map((line) => `    ${line}`)].join('\n')}\n${DEVICES}`
}
