import { z } from 'zod'

/** Certificate and key of a listener. Both files are read anew when one of them changes; TLS 1.2 and 1.3 only. */
export const certificateOptions = {
  cert_file: z.string().min(1).describe('certificate and those between it and its authority, PEM'),
  key_file: z.string().min(1).describe('its private key, PEM; readable for the gateway alone'),
}

/** Clients may, or must, show a certificate of their own. */
export const clientCertificateOptions = {
  client_ca_file: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('authorities whose client certificates are taken instead of a token, PEM; null for none'),
  client_certificates: z
    .enum(['optional', 'required'])
    .default('optional')
    .describe('required: who shows none is not let in; with client_ca_file only'),
}
