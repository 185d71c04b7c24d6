package org.semblance.sequence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Identity codes that are known beforehand, by the numbers of the people. */
public final class GivenIdentities implements IdentityChoice {
    private final Map<Integer, float[]> codes;
    private final float @Nullable [] others;

    private GivenIdentities(Map<Integer, float[]> codes, float @Nullable [] others) {
        this.codes = new TreeMap<>(codes);
        this.others = others;
    }

    /** For some people, by their numbers from 1; the others stay as they are. */
    public static GivenIdentities of(Map<Integer, float[]> codes) {
        return new GivenIdentities(codes, null);
    }

    /** For the most visible people in this order; the others stay as they are. */
    public static GivenIdentities inOrder(List<float[]> codes) {
        Map<Integer, float[]> numbered = new LinkedHashMap<>();
        codes.forEach(code -> numbered.put(numbered.size() + 1, code));
        return of(numbered);
    }

    /** The same with this identity for everybody else. */
    public GivenIdentities withOthers(float[] code) {
        return new GivenIdentities(codes, code.clone());
    }

    @Override
    public float @Nullable [] of(Person person) {
        return codes.getOrDefault(person.number(), others);
    }

    @Override
    public String fingerprint() {
        StringJoiner all = new StringJoiner(",");
        codes.forEach((number, code) -> all.add(number + "=" + Fingerprint.of(code)));
        return others == null
                ? all.toString()
                : all.add("others=" + Fingerprint.of(others)).toString();
    }
}
