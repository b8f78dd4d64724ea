/** A `KeyObject` of `node:crypto`. */
export interface KeyObjectLike {
    readonly type: string;
    export(options?: any): any;
}
