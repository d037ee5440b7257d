/** Iterates what the boxes hold. A message's stream is also a promise of the message, and a generator would wait for what it yields. */
export function unboxed<T>(boxes: AsyncGenerator<[T]>): AsyncIterator<T> {
  const unbox = ({ done, value }: IteratorResult<[T]>): IteratorResult<T> =>
    done === true ? { done, value: undefined } : { done: false, value: (value as [T])[0] };
  return {
    next: () => boxes.next().then(unbox),
    return: () => boxes.return(undefined).then(unbox),
  };
}
