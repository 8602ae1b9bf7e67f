/** Faults of TLS handshakes as Node.js names them, each with a sentence that says what to do. */
const SENTENCES: readonly (readonly [code: RegExp, sentence: string])[] = [
  [
    /ECONNRESET|EPIPE|closed before/,
    'it broke the handshake off, as clients do that do not trust the certificate of the gateway: give it the ca.pem of the page Connect a device, and the host name that stands in the certificate',
  ],
  [
    /UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN/,
    'it does not trust the certificate of the gateway: give it the ca.pem of the page Connect a device, and the host name that stands in the certificate',
  ],
  [
    /CERTIFICATE_EXPIRED/,
    'it holds the certificate of the gateway for expired: look at its clock, and at the end of the certificate',
  ],
  [/HTTP_REQUEST|WRONG_VERSION_NUMBER/, 'what it sends is no TLS: take mqtts:// or wss:// in it, or another port'],
  [
    /UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|VERSION_TOO_LOW/,
    'it speaks an older TLS than 1.2, or only ciphers that are not safe',
  ],
  [/PEER_DID_NOT_RETURN/, 'it shows no certificate, which mqtt.tls.client_certificates asks for'],
  [/VERIFY|SELF_SIGNED|ISSUER|CERT_/, 'its certificate is of no authority in mqtt.tls.client_ca_file, or has expired'],
]

/** A sentence on a handshake that failed; `reason` is the code or message of the error. */
export function handshakeFault(reason: string): string {
  return SENTENCES.find(([code]) => code.test(reason))?.[1] ?? `the handshake was not finished: ${reason}`
}

/** The same of the server of pages, API and feed, which browsers and programs come to. */
const OF_PAGES: readonly (readonly [code: RegExp, sentence: string])[] = [
  [
    /ECONNRESET|EPIPE|closed before|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN/,
    'it does not trust the certificate of the pages: have it know the authority of that certificate (http.tls.cert_file), and ask for a host name that stands in it',
  ],
  [
    /CERTIFICATE_EXPIRED/,
    'it holds the certificate of the pages for expired: look at its clock, and at the end of the certificate',
  ],
  [/HTTP_REQUEST|WRONG_VERSION_NUMBER/, 'what it sends is no TLS: take https:// in it instead of http://'],
  [
    /UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|VERSION_TOO_LOW/,
    'it speaks an older TLS than 1.2, or only ciphers that are not safe',
  ],
]

export function pageHandshakeFault(reason: string): string {
  return OF_PAGES.find(([code]) => code.test(reason))?.[1] ?? `the handshake was not finished: ${reason}`
}
