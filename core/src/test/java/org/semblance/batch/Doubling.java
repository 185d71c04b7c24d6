package org.semblance.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Work whose every stage can be watched: a number is read from itself, doubled and kept. */
class Doubling implements BatchWork<Integer, Integer, Integer> {
    final List<List<Integer>> groups = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> order = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Integer decode(Integer item) throws Exception {
        return item;
    }

    @Override
    public List<Integer> compute(List<Integer> decoded) throws Exception {
        groups.add(List.copyOf(decoded));
        return decoded.stream().map(i -> 2 * i).toList();
    }

    @Override
    public void encode(Integer item, Integer result) throws Exception {
        if (result != 2 * item) {
            throw new AssertionError("item " + item + " was given " + result);
        }
        order.add(item);
    }

    /** What was kept, by item. */
    Map<Integer, Integer> kept() {
        Map<Integer, Integer> kept = new TreeMap<>();
        order.forEach(i -> kept.merge(i, 1, Integer::sum));
        return kept;
    }
}
