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

/** Languages in which comments of a first file are written. */
export const FILE_LANGUAGES = ['en', 'zh'] as const
export type FileLanguage = (typeof FILE_LANGUAGES)[number]

/** Name of the JSON Schema that editors are told of, beside the file. */
export const SCHEMA_FILE = 'greengauge.schema.json'

const SAID = {
  en: {
    about: `# Configuration of a Greengauge gateway. docs/reference/settings.md has every setting, "greengauge check-config" says what is wrong with
# this file, and a running gateway reads it again on SIGHUP.`,
    data: '# Everything that the gateway keeps: readings, figures, reports. A folder of its own, never that of the demo.',
    listeners: '# Both listen on this machine alone; docs/operate/tls-and-accounts.md lets others in.',
    devices: '# Devices that send are listed on the page Devices until they stand here:',
  },
  zh: {
    about: `# Greengauge 网关的配置。全部设置见 docs/reference/settings.md；"greengauge check-config" 指出本文件的错误；
# 运行中的网关收到 SIGHUP 后重新读取。`,
    data: '# 网关保存的全部内容：读数、数值、报告。须为其自己的文件夹，不可用演示的文件夹。',
    listeners: '# 二者仅在本机监听；如需对外开放，见 docs/zh/operate/tls-and-accounts.md。',
    devices: '# 正在发送的设备列在“设备”页，直到写入此处：',
  },
} as const satisfies Record<FileLanguage, object>

function head({ about, data, listeners }: (typeof SAID)[FileLanguage]): string {
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
${about}

${data}
data_dir: ./plant-data

${listeners}
mqtt: { host: 127.0.0.1, port: 1883 }
http: { host: 127.0.0.1, port: 8080 }
`
}

/** Beginning of a file that people make in the browser: where data and listeners are stays as it was when the gateway started. */
export const BROWSER_HEAD = {
  en: `# Configuration of a Greengauge gateway, begun in the browser. The page Configuration changes it, and so may you: a running gateway reads it
# again on SIGHUP. docs/reference/settings.md has every setting. It lies in the data directory, so it names none.
`,
  zh: `# Greengauge 网关的配置，始建于浏览器。可在“配置”页修改，也可直接编辑本文件：运行中的网关收到 SIGHUP 后重新读取。
# 全部设置见 docs/reference/settings.md。本文件位于数据目录内，因此不写数据目录。
`,
} as const

const DEVICES = `    # devices:
    #   - { id: main-1, role: main, metrics: { elec_import_kwh: { period_s: 60 } } }
    #   - { id: robot-1, line: press, role: robot, on_change: true }
`

/** The text of the file; it is not checked against the rules of the configuration. */
export function firstFile(
  { id, name, timezone, gridRegion, lines, shifts }: FirstPlant,
  language: FileLanguage = 'en',
): string {
  const plant = {
    id,
    name: /[\u3400-\u9fff]/.test(name) ? { zh: name } : { en: name },
    timezone,
    ...(gridRegion === '' ? {} : { grid_region: gridRegion }),
    ...(shifts === 'none' ? {} : { shifts: SHIFT_TEMPLATES[shifts] }),
    ...(lines.length === 0 ? {} : { lines: lines.map((line) => ({ id: line })) }),
  }
  const [first, ...rest] = blockLines(plant)
  const said = SAID[language]
  const written = [`  - ${first}`, ...rest.map((line) => `    ${line}`)].join('\n')
  return `${head(said)}\nplants:\n${written}\n\n    ${said.devices}\n${DEVICES}`
}
