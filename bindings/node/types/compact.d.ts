/** Removes the whitespace between the tokens of a JSON object or array, and changes nothing else. */
export declare function compactJson(json: string | Uint8Array): Uint8Array<ArrayBuffer>;
