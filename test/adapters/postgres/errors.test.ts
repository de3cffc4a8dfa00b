import { DatabaseError } from 'pg'
import { expect, it } from 'vitest'
import { AdapterError } from '../../../src/adapters/contract.ts'
import { adapterError } from '../../../src/adapters/postgres/errors.ts'

function serverError(code: string, message = 'no', severity = 'ERROR'): DatabaseError {
  return Object.assign(new DatabaseError(message, 0, 'error'), { code, severity })
}

it.each([
  ['08006', 'unreachable'],
  ['25006', 'unreachable'],
  ['40P01', 'unreachable'],
  ['53300', 'unreachable'],
  ['55P03', 'unreachable'],
  ['57014', 'unreachable'],
  ['57P01', 'unreachable'],
  ['57P03', 'unreachable'],
  ['58030', 'unreachable'],
  ['23505', 'unreachable'],
  ['28000', 'misconfigured'],
  ['28P01', 'misconfigured'],
  ['3D000', 'misconfigured'],
  ['42501', 'misconfigured'],
  ['42704', 'rejected'],
  ['0LP01', 'rejected'],
  ['2BP01', 'rejected'],
  ['XX000', 'rejected'],
])('takes %s for %s', (code, kind) => {
  expect(adapterError(serverError(code), true)).toMatchObject({ kind, message: `PostgreSQL says: no (${code})` })
})

it('tries again what only met another change', () => {
  expect(adapterError(serverError('XX000', 'tuple concurrently updated'), true)).toMatchObject({
    kind: 'unreachable',
    outcomeUnknown: false,
  })
})

it.each([
  [serverError('42704'), false],
  [serverError('57014'), false],
  [serverError('57P01', 'no', 'FATAL'), true],
  [serverError('XX000', 'no', 'PANIC'), true],
  [serverError('08006'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [Object.assign(new Error('read'), { code: 'ECONNRESET' }), true],
])('knows of a change under way whether it may have taken effect: %s', (error, unknown) => {
  expect(adapterError(error, true).outcomeUnknown).toBe(unknown)
  expect(adapterError(error, false).outcomeUnknown).toBe(false)
})

it.each(['ETIMEDOUT', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'])(
  'takes %s for a server out of reach',
  (code) => {
    expect(adapterError(Object.assign(new Error('postgres://a:pw@h'), { code }), false)).toMatchObject({
      kind: 'unreachable',
      message: `PostgreSQL cannot be reached: ${code}`,
      cause: undefined,
    })
  },
)

it.each([
  'CERT_HAS_EXPIRED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])('takes %s for a mistake of operators', (code) => {
  expect(adapterError(Object.assign(new Error('no'), { code }), false)).toMatchObject({ kind: 'misconfigured' })
})

it('passes on what is decided already', () => {
  const error = new AdapterError('rejected', 'no')
  expect(adapterError(error, true)).toBe(error)
})
