import { SECTION_FORMS } from './section-forms.js'

type Filled = readonly (readonly [field: string, text: string])[]

/** A form of the page Configuration, with all that a person types into it, for the plant of `everyFormPlants`. */
export interface ConfigForm {
  readonly name: string
  /** The button that opens it, or the section of the page in which it is. */
  readonly opens: { readonly button: string } | { readonly section: string }
  readonly rows?: string
  readonly good: Filled
  readonly chosen?: Filled
  /** Setting that is wrong, and the words of its rule. */
  readonly wrong: readonly [field: string, text: string, said: string]
  /** Place in the file that has it then; the last of a list where it is one. */
  readonly path: readonly (string | number)[]
  readonly written: object
}

/** The plant that the forms are tried with. */
export const everyFormPlants = (works: { readonly devices: readonly object[]; readonly lines: readonly object[] }) => [
  {
    ...works,
    grid_region: 'CN-JS',
    lines: [...works.lines, { id: 'yard' }],
    devices: [...works.devices, { id: 'boiler-1', line: 'hall', role: 'stack' }, { id: 'saw', line: 'hall' }],
  },
]

const works = ['plants', 0]

/** Every form that changes the configuration. */
export const CONFIG_FORMS: readonly ConfigForm[] = [
  {
    name: 'a line',
    opens: { button: 'Add a line: works' },
    good: [
      ['id', 'press'],
      ['en', 'Press shop'],
    ],
    wrong: ['id', 'Press Shop', 'an id is [a-z0-9][a-z0-9_-]{0,63}'],
    path: [...works, 'lines'],
    written: { id: 'press', name: { en: 'Press shop' } },
  },
  {
    name: 'a device',
    opens: { button: 'Add a device: works' },
    good: [
      ['id', 'sub-1'],
      ['holds_from', '2026-11-28'],
      ['retired_from', '2027-01-31'],
    ],
    chosen: [
      ['line', 'hall'],
      ['role', 'sub'],
    ],
    wrong: ['retired_from', 'soon', 'a day is written like 2026-12-25'],
    path: [...works, 'devices'],
    written: {
      ...{ id: 'sub-1', line: 'hall', role: 'sub', parent: 'main-1' },
      ...{ holds_from: '2026-11-28', retired_from: '2027-01-31' },
    },
  },
  {
    name: 'a move to another line',
    opens: { button: 'Change: saw' },
    good: [['moved_from', '2026-11-28']],
    chosen: [['line', 'yard']],
    wrong: ['moved_from', '2099-01-01', 'has not begun'],
    path: [...works, 'devices', 2],
    written: { id: 'saw', line: 'yard', moves: [{ from: '2026-11-28', line: 'yard' }] },
  },
  {
    name: 'a target',
    opens: { button: 'Add a target: works' },
    good: [
      ['kpi', 'energy_elec_import'],
      ['max', '400'],
    ],
    wrong: ['max', 'high', 'is not a number'],
    path: [...works, 'targets'],
    written: { kpi: 'energy_elec_import', max: 400 },
  },
  {
    name: 'an alarm',
    opens: { button: 'Add an alarm: works' },
    good: [
      ['id', 'load'],
      ['kpi', 'energy_elec_import'],
      ['above', '100'],
    ],
    wrong: ['above', 'much', 'is not a number'],
    path: [...works, 'alarms'],
    written: { id: 'load', kpi: 'energy_elec_import', above: 100 },
  },
  {
    name: 'the listeners',
    opens: { button: 'Change: How devices reach the broker (MQTT)' },
    good: [['port', '0']],
    wrong: ['port', 'many', 'number'],
    path: ['mqtt'],
    written: { port: 0 },
  },
  ...SECTION_FORMS.map(({ title, ...form }) => ({ name: title, opens: { section: title }, ...form })),
  {
    name: 'a plant',
    opens: { button: 'Add a plant' },
    good: [
      ['id', 'second'],
      ['zh', '二厂'],
      ['zone', 'Asia/Shanghai'],
    ],
    wrong: ['zone', 'Mars/Base', 'an IANA zone such as Asia/Shanghai'],
    path: ['plants'],
    written: { id: 'second', name: { zh: '二厂' }, timezone: 'Asia/Shanghai' },
  },
]

/** A test that shows a state of a form, by its file below test/browser and its name. */
type Shown = readonly [file: string, test: string]
/** Reason why a form has no such state. */
type Reason = { readonly none: string }

/** A form that changes something else than the configuration. */
export interface OtherForm {
  readonly name: string
  readonly good: Shown
  readonly wrong: Shown
  readonly conflict: Shown | Reason
  readonly readOnly: Shown | Reason
  /** The button that opens it, on its page; null where whoever may not does not see it. */
  readonly opens: { readonly page: string; readonly button: string }
  readonly seen: boolean
}

const OWN_FILES = { none: 'it is kept in the data directory, which the gateway writes itself' }
const ONE_ACT = { none: 'it is one act on one name: the second of two is told that it is there, or gone' }
const ON_RECORD = { none: 'it is an entry of the journal: a second one stands beside the first' }

/** Every form of setting up that does not change the configuration, and the tests that show its states. */
export const OTHER_FORMS: readonly OtherForm[] = [
  {
    name: 'a person',
    good: ['access', 'a person is added, and signs in with the password that was shown once'],
    wrong: ['access', 'a wrong name is refused in the words of the rule, and stays in its field'],
    ...{ conflict: ONE_ACT, readOnly: OWN_FILES },
    ...{ opens: { page: '/access', button: 'Add a person' }, seen: false },
  },
  {
    name: 'a token of an account',
    good: ['access', 'a token of an account works until it is void'],
    wrong: ['every-form', 'of access say in the words of the rule what is wrong'],
    ...{ conflict: ONE_ACT, readOnly: OWN_FILES },
    ...{ opens: { page: '/access', button: 'New token: olga' }, seen: false },
  },
  {
    name: 'a credential',
    good: ['access', 'a device connects with the credential it was given, until that is revoked'],
    wrong: ['every-form', 'of access say in the words of the rule what is wrong'],
    ...{ conflict: ONE_ACT, readOnly: OWN_FILES },
    ...{ opens: { page: '/access', button: 'Credential for a device' }, seen: false },
  },
  {
    name: 'a store before it is saved',
    good: ['trials', 'a store is written to as it is typed, and nothing is saved'],
    wrong: ['trials', 'a wrong password, nobody there and a rule are told in Chinese, on a phone'],
    conflict: { none: 'nothing is changed by it' },
    readOnly: { none: 'nothing is changed by it' },
    ...{ opens: { page: '/configuration', button: 'Add: Stores, gateway' }, seen: false },
  },
  {
    name: 'a channel that is tested',
    good: ['trials', 'a channel is tested where it is changed'],
    wrong: ['trials', 'a wrong password, nobody there and a rule are told in Chinese, on a phone'],
    conflict: { none: 'nothing is changed by it' },
    readOnly: { none: 'nothing is changed by it' },
    ...{ opens: { page: '/configuration', button: 'Add: Notification channels, gateway' }, seen: false },
  },
  {
    name: 'the table of devices',
    good: ['device-table', 'says what is wrong by row and column, and is taken once it is right'],
    wrong: ['device-table', 'says what is wrong by row and column, and is taken once it is right'],
    conflict: ['every-form', 'a table tells the second of two that somebody was faster'],
    readOnly: [
      'device-table',
      'is used on a phone, in Chinese too, and has the text to put there where the file is read only',
    ],
    ...{ opens: { page: '/configuration', button: 'Download CSV' }, seen: false },
  },
  {
    name: 'adoption',
    good: ['newcomers', 'two at once, one of them changed, has them in the configuration'],
    wrong: ['every-form', 'adoption says in the words of the rule what is wrong'],
    conflict: {
      none: 'it adds devices to the configuration as it is at that moment: another change at the same time stays',
    },
    readOnly: ['newcomers', 'at a file that is read only gets the text to put there'],
    ...{ opens: { page: '/devices', button: 'Adopt 0' }, seen: true },
  },
  {
    name: 'the removal of a device',
    good: [
      'remove-device',
      'is removed on its page with a reason, after what goes was said; a configured one is not offered',
    ],
    wrong: ['remove-device', 'says in Chinese why it stays, where a frozen report rests on it'],
    ...{ conflict: ONE_ACT, readOnly: ON_RECORD },
    ...{ opens: { page: '/plants/works/devices/stray', button: 'Remove with its readings…' }, seen: true },
  },
  {
    name: 'the removal of a metric',
    good: [
      'remove-device',
      'of a configured device a mistyped metric alone is removed, after what goes was said, by the keyboard',
    ],
    wrong: ['remove-device', 'a metric is not offered to whoever may not, and says in Chinese why it stays'],
    ...{ conflict: ONE_ACT, readOnly: ON_RECORD },
    ...{ opens: { page: '/plants/works/devices/stray', button: 'Remove a metric with its readings…' }, seen: true },
  },
  {
    name: 'the removal of a plant',
    good: [
      'remove-plant',
      'is left alone when somebody cancels, and goes from its line in the list by the keyboard, after its id was typed',
    ],
    wrong: ['remove-plant', 'says device by device why something stays, and asks nothing where all of it does'],
    ...{ conflict: ONE_ACT, readOnly: ON_RECORD },
    ...{ opens: { page: '/plants/old', button: 'Remove the plant with its data…' }, seen: true },
  },
  {
    name: 'the exchange of a meter',
    good: ['replace-meter', 'is put on record by its form, and its jump is consumption no more'],
    wrong: ['replace-meter', 'is put on record by its form, and its jump is consumption no more'],
    ...{ conflict: ON_RECORD, readOnly: ON_RECORD },
    ...{ opens: { page: '/plants/works/devices/stray', button: 'Its meter was exchanged…' }, seen: true },
  },
]
