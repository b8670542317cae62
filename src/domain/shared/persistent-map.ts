/**
 * A map by text key whose every change gives a new map and leaves the old one as it was: a hash trie, 32 ways a level.
 * `set` and `delete` copy one path (depth about log32 n), so folding a stream stays linear in its length, which copying
 * a `Map` at each event would not. Values are never `undefined`. Iteration order depends on the keys alone.
 */
export class PersistentMap<V> {
  static readonly #empty = new PersistentMap<never>(undefined, 0);

  readonly size: number;
  readonly #root: Node<V> | undefined;

  private constructor(root: Node<V> | undefined, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.#empty as PersistentMap<V>;
  }

  get(key: string): V | undefined {
    const hash = hashOf(key);
    let node = this.#root;
    for (let shift = 0; node?.kind === 'branch'; shift += BITS) node = node.slots[slotOf(hash, shift)];
    return node?.leaves.find(leaf => leaf.key === key)?.value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): PersistentMap<V> {
    const size = this.size + (this.has(key) ? 0 : 1);
    return new PersistentMap(insert(this.#root, 0, hashOf(key), { key, value }), size);
  }

  delete(key: string): PersistentMap<V> {
    if (!this.has(key)) return this;
    return new PersistentMap(remove(this.#root as Node<V>, 0, hashOf(key), key), this.size - 1);
  }

  *entries(): Generator<readonly [string, V]> {
    const pending: (Node<V> | undefined)[] = [this.#root];
    while (pending.length > 0) {
      const node = pending.pop();
      if (node?.kind === 'branch') pending.push(...node.slots);
      else if (node) for (const leaf of node.leaves) yield [leaf.key, leaf.value];
    }
  }

  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}

type Leaf<V> = { readonly key: string; readonly value: V };
/** Leaves of one bucket share one hash, sorted by key: more than one only where two keys collide in all 32 bits. */
type Bucket<V> = { readonly kind: 'bucket'; readonly hash: number; readonly leaves: readonly Leaf<V>[] };
type Branch<V> = { readonly kind: 'branch'; readonly slots: readonly (Node<V> | undefined)[] };
type Node<V> = Bucket<V> | Branch<V>;

const BITS = 5;
const WIDTH = 1 << BITS;

const slotOf = (hash: number, shift: number): number => (hash >>> shift) & (WIDTH - 1);

/** FNV-1a, 32 bits. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

const withSlot = <V>(branch: Branch<V>, slot: number, node: Node<V> | undefined): Branch<V> => {
  const slots = branch.slots.slice();
  slots[slot] = node;
  return { kind: 'branch', slots };
};

const insert = <V>(node: Node<V> | undefined, shift: number, hash: number, leaf: Leaf<V>): Node<V> => {
  if (node === undefined) return { kind: 'bucket', hash, leaves: [leaf] };
  if (node.kind === 'branch') {
    const slot = slotOf(hash, shift);
    return withSlot(node, slot, insert(node.slots[slot], shift + BITS, hash, leaf));
  }
  if (node.hash === hash) {
    const others = node.leaves.filter(other => other.key !== leaf.key);
    return { ...node, leaves: [...others, leaf].sort((a, b) => (a.key < b.key ? -1 : 1)) };
  }
  const empty: Branch<V> = { kind: 'branch', slots: new Array<Node<V> | undefined>(WIDTH).fill(undefined) };
  return insert(withSlot(empty, slotOf(node.hash, shift), node), shift, hash, leaf);
};

const remove = <V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | undefined => {
  if (node.kind === 'bucket') {
    const leaves = node.leaves.filter(leaf => leaf.key !== key);
    return leaves.length === 0 ? undefined : { ...node, leaves };
  }
  const slot = slotOf(hash, shift);
  const shrunk = withSlot(node, slot, remove(node.slots[slot] as Node<V>, shift + BITS, hash, key));
  return shrunk.slots.some(child => child !== undefined) ? shrunk : undefined;
};
