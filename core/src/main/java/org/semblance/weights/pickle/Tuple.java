package org.semblance.weights.pickle;

import java.io.IOException;
import java.util.List;

/**
 * A Python tuple. Equal to itself only, as items may be large.
 *
 * @param items its items
 */
public record Tuple(List<Object> items) {
    /** The empty tuple. */
    public static final Tuple EMPTY = new Tuple(List.of());

    public Tuple {
        items = List.copyOf(items);
    }

    /** Number of items. */
    public int size() {
        return items.size();
    }

    /** An item, which must be of a type. @throws IOException if there is none, or it is something else */
    public <T> T get(int index, Class<T> type) throws IOException {
        if (index >= items.size()) {
            throw new IOException("pickle: a tuple must have an item " + index + ", got only " + items.size());
        }
        return Values.as(type, items.get(index), "item " + index);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "tuple of " + items.size();
    }
}
