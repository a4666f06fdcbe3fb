import { nobody } from '@wederhoor/identity/actor'
import type { FastifyRequest } from 'fastify'
import type { InputError } from './problem.ts'

/** Where errors of the key point to. */
export const keyPath = '/headers/idempotency-key'
const visibleAscii = /^[\x21-\x7e]{1,200}$/
/** 128 random bits at least, in base64url or in hex. */
const base64url = /^[A-Za-z0-9_-]{22,200}$/
const hex = /^[0-9a-fA-F]+$/
const hexLengthMin = 32
/** A random key of that length practically never has fewer different characters; a counter or a word has. */
const differentCharactersMin = 6

export const needsKey = (method: string): boolean => method === 'POST'

/** The key of a request, once `keyError` found nothing wrong with it. */
export function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' ? key : undefined
}

/**
 * What is wrong with the key. Somebody without an account shares one name with everybody else without one: only a key
 * that cannot be guessed keeps their requests apart.
 */
export function keyError(request: FastifyRequest): readonly InputError[] {
  if (!needsKey(request.method)) return []
  const path = keyPath
  const key = keyOf(request)
  if (key === undefined)
    return [{ path, code: 'missing', message: 'the header Idempotency-Key is needed' }]
  if (!visibleAscii.test(key))
    return [{ path, code: 'invalid-format', message: '1 to 200 visible ASCII characters' }]
  if (request.actor.subject === nobody.subject && !isUnguessable(key))
    return [
      {
        path,
        code: 'guessable',
        message: 'without a token: 128 random bits, as at least 22 base64url or 32 hex characters',
      },
    ]
  return []
}

function isUnguessable(key: string): boolean {
  const isLongEnough = hex.test(key) ? key.length >= hexLengthMin : base64url.test(key)
  return isLongEnough && new Set(key).size >= differentCharactersMin
}
