package org.semblance.heads;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that makes one synthetic head: 22 identity numbers and 3 identity classes (who it is), 25 attribute
 * numbers and 1 attribute class (how it looks now). Immutable.
 *
 * <p>Numbers are kept normalised, s in [-1, 1] as float32; {@link #value} gives the physical value
 * {@code base + amplitude * s}, clamped where {@link FactorSpec} says so. All factors of a seed are drawn
 * independently. Hair style, hair colour and beard belong to the identity; hair length, glasses and clothes are
 * attributes. Source: {@code docs/heads.md}, section 1.
 */
public final class HeadFactors {
    private record Slot(FactorSpec spec, boolean identity, int index) {}

    private static final Map<String, Slot> SLOTS = new HashMap<>();
    private static final List<String> IDENTITY_NAMES = register(HeadTables.INSTANCE.identity, true);
    private static final List<String> ATTRIBUTE_NAMES = register(HeadTables.INSTANCE.attribute, false);

    private final float[] identity;
    private final int[] identityClasses;
    private final float[] attributes;
    private final int[] attributeClasses;

    private HeadFactors(float[] identity, int[] identityClasses, float[] attributes, int[] attributeClasses) {
        this.identity = identity;
        this.identityClasses = identityClasses;
        this.attributes = attributes;
        this.attributeClasses = attributeClasses;
    }

    private static List<String> register(List<FactorSpec> specs, boolean identity) {
        int classes = 0;
        int numbers = 0;
        for (FactorSpec spec : specs) {
            SLOTS.put(spec.name(), new Slot(spec, identity, spec.isCategory() ? classes++ : numbers++));
        }
        return specs.stream().filter(s -> !s.isCategory()).map(FactorSpec::name).toList();
    }

    /**
     * The head of two seeds. The same seeds give the same bits everywhere.
     *
     * @param identitySeed any long: who it is
     * @param attributeSeed any long: pose, expression, light, background, camera, clothes
     */
    public static HeadFactors of(long identitySeed, long attributeSeed) {
        HeadTables tables = HeadTables.INSTANCE;
        return new HeadFactors(
                numbers(tables.identity, identitySeed, SplitMix.IDENTITY),
                classes(tables.identity, identitySeed, SplitMix.IDENTITY),
                numbers(tables.attribute, attributeSeed, SplitMix.ATTRIBUTE),
                classes(tables.attribute, attributeSeed, SplitMix.ATTRIBUTE));
    }

    /**
     * The head of given ground truth vectors, all copied.
     *
     * @param identity 22 normalised numbers in [-1, 1], order of {@link #identityNames}
     * @param identityClasses class numbers of eye_col, hair_style and beard
     * @param attributes 25 normalised numbers in [-1, 1], order of {@link #attributeNames}
     * @param attributeClasses class number of glasses
     * @throws IllegalArgumentException if a length or a value is out of range
     */
    public static HeadFactors of(float[] identity, int[] identityClasses, float[] attributes, int[] attributeClasses) {
        HeadFactors factors = new HeadFactors(
                identity.clone(), identityClasses.clone(), attributes.clone(), attributeClasses.clone());
        factors.check();
        return factors;
    }

    private void check() {
        requireLength("identity", IDENTITY_NAMES.size(), identity.length);
        requireLength("attributes", ATTRIBUTE_NAMES.size(), attributes.length);
        requireLength("identity classes", identitySpecs().size() - IDENTITY_NAMES.size(), identityClasses.length);
        requireLength("attribute classes", attributeSpecs().size() - ATTRIBUTE_NAMES.size(), attributeClasses.length);
        for (Slot slot : SLOTS.values()) {
            if (slot.spec.isCategory()) {
                requireClass(slot.spec, classesOf(slot)[slot.index]);
            } else {
                requireNormalised(slot.spec, numbersOf(slot)[slot.index]);
            }
        }
    }

    private static float[] numbers(List<FactorSpec> specs, long seed, int stream) {
        float[] out = new float[specs.size()];
        int n = 0;
        for (int j = 0; j < specs.size(); j++) {
            if (!specs.get(j).isCategory()) {
                out[n++] = draw(specs.get(j), seed, stream, 2 * j);
            }
        }
        return Arrays.copyOf(out, n);
    }

    /* float32 on purpose: the sum of two 24-bit numbers may round, and ground truth holds the rounded value. */
    private static float draw(FactorSpec spec, long seed, int stream, int counter) {
        float a = SplitMix.uniform(seed, stream, counter);
        if (spec.kind() == FactorSpec.Kind.UNIFORM) {
            return 2 * a - 1;
        }
        return a + SplitMix.uniform(seed, stream, counter + 1) - 1;
    }

    private static int[] classes(List<FactorSpec> specs, long seed, int stream) {
        int[] out = new int[specs.size()];
        int n = 0;
        for (int j = 0; j < specs.size(); j++) {
            if (specs.get(j).isCategory()) {
                out[n++] = drawClass(specs.get(j).probabilities(), SplitMix.uniform(seed, stream, 2 * j));
            }
        }
        return Arrays.copyOf(out, n);
    }

    private static int drawClass(List<Double> probabilities, float u) {
        double sum = 0;
        int c = 0;
        for (double p : probabilities.subList(0, probabilities.size() - 1)) {
            sum += p;
            c += u >= (float) sum ? 1 : 0;
        }
        return c;
    }

    /** The identity factors in drawing order, categories included (25). */
    public static List<FactorSpec> identitySpecs() {
        return HeadTables.INSTANCE.identity;
    }

    /** The attribute factors in drawing order, categories included (26). */
    public static List<FactorSpec> attributeSpecs() {
        return HeadTables.INSTANCE.attribute;
    }

    /** Names of the elements of {@link #identity()}. */
    public static List<String> identityNames() {
        return IDENTITY_NAMES;
    }

    /** Names of the elements of {@link #attributes()}. */
    public static List<String> attributeNames() {
        return ATTRIBUTE_NAMES;
    }

    /** The specification of a factor. @throws IllegalArgumentException if there is no such factor */
    public static FactorSpec spec(String name) {
        return slot(name).spec;
    }

    /** A copy of the 22 normalised identity numbers, in [-1, 1]. */
    public float[] identity() {
        return identity.clone();
    }

    /** A copy of the identity class numbers: eye_col, hair_style, beard. */
    public int[] identityClasses() {
        return identityClasses.clone();
    }

    /** A copy of the 25 normalised attribute numbers, in [-1, 1]. */
    public float[] attributes() {
        return attributes.clone();
    }

    /** A copy of the attribute class numbers: glasses. */
    public int[] attributeClasses() {
        return attributeClasses.clone();
    }

    /** The normalised value s of a factor, in [-1, 1]. @throws IllegalArgumentException for a category or no factor */
    public float normalised(String name) {
        Slot slot = slot(name);
        requireNumber(slot.spec);
        return numbersOf(slot)[slot.index];
    }

    /**
     * The physical value of a factor (angles in degrees, lengths in head units); of a category its class number.
     *
     * @throws IllegalArgumentException if there is no such factor
     */
    public double value(String name) {
        Slot slot = slot(name);
        return slot.spec.isCategory() ? classesOf(slot)[slot.index] : slot.spec.physical(numbersOf(slot)[slot.index]);
    }

    /** The class number of a category, from 0. @throws IllegalArgumentException if it is not a category */
    public int category(String name) {
        Slot slot = slot(name);
        requireCategory(slot.spec);
        return classesOf(slot)[slot.index];
    }

    /** The label of a category, for example {@code curly}. @throws IllegalArgumentException if it is not a category */
    public String label(String name) {
        Slot slot = slot(name);
        requireCategory(slot.spec);
        return slot.spec.labels().get(classesOf(slot)[slot.index]);
    }

    /**
     * These factors with one changed to a physical value, or, of a category, to a class number. The value is kept as
     * float32 s, so it may round by about 1e-7 of its range.
     *
     * @throws IllegalArgumentException if there is no such factor or the value lies outside its range
     */
    public HeadFactors with(String name, double value) {
        FactorSpec spec = spec(name);
        if (spec.isCategory()) {
            return withClass(name, value);
        }
        if (!(value >= spec.least() - 1e-9 && value <= spec.greatest() + 1e-9)) {
            throw new IllegalArgumentException("factor " + name + ": value must be in [" + spec.least() + ", "
                    + spec.greatest() + "], got " + value);
        }
        return withNormalised(name, Math.min(Math.max((value - spec.base()) / spec.amplitude(), -1), 1));
    }

    /**
     * These factors with one number changed to the normalised value s in [-1, 1].
     *
     * @throws IllegalArgumentException if it is a category, there is no such factor or s is out of range
     */
    public HeadFactors withNormalised(String name, double s) {
        Slot slot = slot(name);
        requireNumber(slot.spec);
        requireNormalised(slot.spec, s);
        HeadFactors copy = of(identity, identityClasses, attributes, attributeClasses);
        copy.numbersOf(slot)[slot.index] = (float) s;
        return copy;
    }

    /** These factors with a category changed to a label. @throws IllegalArgumentException if there is no such label */
    public HeadFactors withLabel(String name, String label) {
        FactorSpec spec = spec(name);
        requireCategory(spec);
        int index = spec.labels().indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "factor " + name + ": label must be one of " + spec.labels() + ", got " + label);
        }
        return withClass(name, index);
    }

    private HeadFactors withClass(String name, double number) {
        Slot slot = slot(name);
        requireClass(slot.spec, number);
        HeadFactors copy = of(identity, identityClasses, attributes, attributeClasses);
        copy.classesOf(slot)[slot.index] = (int) number;
        return copy;
    }

    /** This identity with the attributes of another head. */
    public HeadFactors withAttributesOf(HeadFactors other) {
        return new HeadFactors(identity, identityClasses, other.attributes, other.attributeClasses);
    }

    private float[] numbersOf(Slot slot) {
        return slot.identity ? identity : attributes;
    }

    private int[] classesOf(Slot slot) {
        return slot.identity ? identityClasses : attributeClasses;
    }

    private static Slot slot(String name) {
        Slot slot = SLOTS.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("factor: name must be one of heads.json, got " + name);
        }
        return slot;
    }

    private static void requireLength(String what, int length, int got) {
        if (got != length) {
            throw new IllegalArgumentException("factors: " + what + " must have " + length + " elements, got " + got);
        }
    }

    private static void requireNormalised(FactorSpec spec, double s) {
        if (!(s >= -1 && s <= 1)) {
            throw new IllegalArgumentException("factor " + spec.name() + ": s must be in [-1, 1], got " + s);
        }
    }

    private static void requireClass(FactorSpec spec, double number) {
        int count = spec.labels().size();
        if (!(number >= 0 && number < count && number == Math.rint(number))) {
            throw new IllegalArgumentException(
                    "factor " + spec.name() + ": class must be an integer in [0, " + (count - 1) + "], got " + number);
        }
    }

    private static void requireNumber(FactorSpec spec) {
        if (spec.isCategory()) {
            throw new IllegalArgumentException("factor " + spec.name() + ": must be a number, got a category");
        }
    }

    private static void requireCategory(FactorSpec spec) {
        if (!spec.isCategory()) {
            throw new IllegalArgumentException("factor " + spec.name() + ": must be a category, got a number");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeadFactors that
                && Arrays.equals(identity, that.identity)
                && Arrays.equals(identityClasses, that.identityClasses)
                && Arrays.equals(attributes, that.attributes)
                && Arrays.equals(attributeClasses, that.attributeClasses);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(identity) + Arrays.hashCode(attributes);
    }

    @Override
    public String toString() {
        return "HeadFactors[eye_col=" + label("eye_col") + ", hair_style=" + label("hair_style") + ", beard="
                + label("beard") + ", glasses=" + label("glasses") + ", yaw=" + value("yaw") + ", ...]";
    }
}
