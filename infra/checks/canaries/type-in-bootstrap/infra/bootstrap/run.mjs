/** @type {number} */
export const port = 'none'
