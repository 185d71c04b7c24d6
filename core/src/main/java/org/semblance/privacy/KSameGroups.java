package org.semblance.privacy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;

/*
 * Grouping as in Newton, Sweeney, Malin: Preserving Privacy by De-identifying Face Images (k-Same, 2005): the first
 * person left and the k - 1 nearest ones make a group, fewer than k left join the last. The average of the group itself
 * would still look like each of its few members, so a group gets the average of the group that is furthest from it (as
 * in Meng, Sun, Ariyaeeinia, Bennett: Retaining Expressions on De-identified Faces, k-Same-furthest, 2014).
 */
/**
 * People in groups of at least k that share one new identity: the mean of the identities of another group, the one
 * furthest away. Whoever sees the new face can tell no more than that it stands for one of k people. Holds for a closed
 * set in which each person has one row.
 */
public final class KSameGroups {
    private final float[][] people;
    private final int[] groups;
    private final float[][] replacements;

    private KSameGroups(float[][] people, int[] groups, float[][] replacements) {
        this.people = people;
        this.groups = groups;
        this.replacements = replacements;
    }

    /**
     * Groups the people of a set.
     *
     * @param identities embeddings {@code [N, D]}, one row per person
     * @param k least size of a group, at least 2; N must be at least 2k
     */
    public static KSameGroups of(HostArray identities, int k) {
        int n = identities.shape().rank() == 2 ? identities.shape().dim(0) : 0;
        if (k < 2 || n < 2 * k) {
            throw new IllegalArgumentException("k-same: k must be at least 2 and the set at least 2k people, got k = "
                    + k + " and " + n + " people, " + identities.shape());
        }
        float[][] people = IntStream.range(0, n)
                .mapToObj(i -> Codes.unit(Codes.row(identities, i)))
                .toArray(float[][]::new);
        List<List<Integer>> members = members(people, k);
        float[][] means = members.stream().map(m -> mean(people, m)).toArray(float[][]::new);
        int[] groups = new int[n];
        float[][] replacements = new float[means.length][];
        for (int g = 0; g < means.length; g++) {
            for (int person : members.get(g)) {
                groups[person] = g;
            }
            float[] own = means[g];
            replacements[g] = IntStream.range(0, means.length)
                    .mapToObj(i -> means[i])
                    .min(Comparator.comparingDouble(m -> Codes.dot(m, own)))
                    .orElseThrow();
        }
        return new KSameGroups(people, groups, replacements);
    }

    private static List<List<Integer>> members(float[][] people, int k) {
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, people.length).boxed().toList());
        List<List<Integer>> all = new ArrayList<>();
        while (left.size() >= k) {
            float[] first = people[left.get(0)];
            List<Integer> nearest = left.stream()
                    .sorted(Comparator.comparingDouble(i -> -Codes.dot(people[i], first)))
                    .limit(k)
                    .toList();
            left.removeAll(nearest);
            all.add(new ArrayList<>(nearest));
        }
        all.get(all.size() - 1).addAll(left);
        return all;
    }

    private static float[] mean(float[][] people, List<Integer> members) {
        float[] sum = new float[people[0].length];
        for (int person : members) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += people[person][i];
            }
        }
        return Codes.unit(sum);
    }

    /** People in the smallest group. */
    public int least() {
        int[] sizes = new int[replacements.length];
        for (int group : groups) {
            sizes[group]++;
        }
        return Arrays.stream(sizes).min().orElseThrow();
    }

    /** Number of people. */
    public int people() {
        return people.length;
    }

    /** The group of the person whose row is nearest to an embedding. */
    public int groupOf(float[] identity) {
        return groups[
                IntStream.range(0, people.length)
                        .boxed()
                        .max(Comparator.comparingDouble(i -> Codes.dot(people[i], identity)))
                        .orElseThrow()];
    }

    /** The new identity of a group, of norm 1. */
    public float[] replacement(int group) {
        return replacements[group].clone();
    }
}
