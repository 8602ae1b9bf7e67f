import type { Behaviour } from '../../../src/views/wire/unknown-devices.js'

const behaviours: Readonly<Record<Behaviour, string>> = {
  cumulative: 'register that grows',
  resets: 'register that begins again',
  per_interval: 'amount per interval',
  gauge: 'level',
  state: 'words',
  switch: '0 or 1',
}

/** Devices that send and that nobody has configured. */
export const newcomers = {
  title: 'New devices',
  sub: 'They send, and nobody has configured them. Each proposal says why.',
  notLetIn: {
    title: 'Not let in',
    sub: 'They connect, and are refused: nothing that they send is taken.',
    connect: 'Connect a device',
    noId: '(no client id)',
    facts: (count: string, since: string, last: string) => `${count} ×, first ${since} ago, last ${last} ago`,
    reasons: {
      none_shown: 'shows neither token nor certificate',
      credential: 'wrong credential, or none issued',
      disabled: 'disabled',
      other_client: 'token of another client',
      too_often: 'wrong too often, held off for some seconds',
      client_id: 'client id too long',
      will: 'topic of its will is closed to it',
      reconnects: 'connects again and again',
      full: 'too many clients are connected',
    },
    issue: 'Issue a credential with this client id',
    issueNote:
      'On the machine of the gateway: it prints a token, once. A client that has a credential gets a new token by greengauge device rotate.',
  },
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all',
  adopt: (count: string) => `Adopt ${count}`,
  ignore: (count: string) => `Ignore ${count}`,
  listAgain: (count: string) => `List ${count} again`,
  showIgnored: (count: string) => `Show ignored (${count})`,
  hideIgnored: 'Hide ignored',
  ignored: 'ignored',
  role: 'Role',
  noRole: 'no role',
  unknownRole: 'not known: choose',
  line: 'Line',
  plant: 'Plant',
  choosePlant: 'choose a plant',
  facts: (messages: string, rate: string) => `${messages} messages, ${rate} / min`,
  since: (time: string) => `since ${time}`,
  last: (age: string) => `last ${age} ago`,
  rejected: (count: string) => `${count} elements rejected`,
  why: 'Why, and what it sends',
  behaviours,
  unknown: 'not known yet',
  every: (seconds: string) => `every ${seconds} s`,
  counts: 'takes part in figures',
  countsNot: 'takes no part in figures',
  more: (count: string) => `and ${count} more metrics`,
  topics: 'Topics that no profile in use takes',
  messages: (count: string) => (count === '1' ? '1 message in quarantine' : `${count} messages in quarantine`),
  noProfile: 'no profile',
  values: 'What a profile could read',
  next: 'Next page',
  first: 'First page',
  shown: (count: string, all: string) => `${count} of ${all}`,
  adoptedNext: 'Next: limits, ideal cycles, alarms and whom they reach, on the page Configuration',
  adopted: (count: string) =>
    count === '1' ? '1 is in the configuration now.' : `${count} are in the configuration now.`,
  byHand: 'The gateway does not write its configuration here. Put this into the file, and have it read again:',
  refused: {
    unknown: 'has not sent, or is gone',
    configured: 'is configured already',
    plant_not_there: 'its plant has to be configured first',
  },
  failed: (why: string) => `That did not work: ${why}`,
  close: 'Close',
  notice: (count: string) =>
    count === '1'
      ? '1 new device sends, and nobody has configured it'
      : `${count} new devices send, and nobody has configured them`,
}
