import { expect, test } from 'vitest'
import { type Credential, credentialsFile } from '../../../src/access/credentials.js'
import { digestOf } from '../../../src/access/token.js'
import { OpenAccess } from '../../../src/intake/access.js'
import { Acl } from '../../../src/intake/acl.js'
import { CredentialAccess } from '../../../src/intake/credential-access.js'

const SINCE = '2026-11-01T00:00:00Z'
const CARD = 'CN=press-7,O=Acme'

const CREDENTIALS: readonly Credential[] = credentialsFile.parse([
  { client: 'card', role: 'device', tokens: [], subject: CARD, disabled: false },
  {
    client: 'plc-7',
    role: 'device',
    tokens: [{ sha256: digestOf('secret'), since: SINCE, until: null }],
    subject: null,
    disabled: false,
  },
])

/** A client with the certificate of `card` asks under another client id. */
function answerTo(clientId: string, password: string | null) {
  const clock = { nowMs: () => Date.parse(SINCE) }
  const access = new CredentialAccess(new OpenAccess(new Acl([])), true, clock, CREDENTIALS)
  return access.admit({
    clientId,
    username: undefined,
    password: password === null ? undefined : Buffer.from(password),
    certificateSubject: CARD,
  })
}

test.each([
  ['without a credential of its own', 'press-seven', null],
  ['without one, whatever it gives as a password', 'press-seven', 'x'],
  ['that has a token', 'plc-7', null],
])('a certificate shown with the id of a client %s is named with the client it belongs to', (_, id, password) => {
  expect(answerTo(id, password)).toEqual({
    connackCode: 4,
    sentence: `its certificate ${CARD} is that of client card: connect with card as the client id, or greengauge device client any-id card`,
  })
})

test('a client that gives a wrong token is told of the token, whatever certificate it shows', () => {
  expect(answerTo('plc-7', 'wrong')).toMatchObject({ sentence: expect.stringContaining('its token is wrong') })
})
