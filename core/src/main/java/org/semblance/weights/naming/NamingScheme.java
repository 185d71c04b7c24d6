package org.semblance.weights.naming;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.weights.Permutation;
import org.semblance.weights.Weights;

/**
 * How one kind of file names and lays out the tensors of one kind of network, read from a table among the resources.
 *
 * <pre>
 * network   stylegan2-generator                              what the names belong to
 * requires  input.input                                      a name by which the scheme is recognised
 * typical   to_rgb1.bias                                     one more, by which what lost a name still is
 * mostly    dense_{i}/*                                      what more than half of the names must be
 * number    conv2d                                           conv2d_7, conv2d_9, ... become conv2d_0, conv2d_1, ...
 * ignore    *.kernel                                         names without weights
 * conv1.conv.weight   synthesis.b4.conv1.weight   drop 0     the file's name, the network's, the change of layout
 * </pre>
 *
 * <p>Changes: {@code drop 0,2} takes away axes of extent 1, {@code axes 3,2,0,1} puts axes in another order. The first
 * line that matches counts. Names that no line mentions keep their name, so that a network can refuse them.
 */
public final class NamingScheme {
    private final String name;
    private String network = "";
    private final List<String> required = new ArrayList<>();
    private final List<String> typical = new ArrayList<>();
    private final List<NamePattern> mostly = new ArrayList<>();
    private final List<String> numbered = new ArrayList<>();
    private final List<NamePattern> ignored = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    /** One translation. */
    private record Line(NamePattern from, NamePattern to, int[] drop, int[] axes) {}

    private NamingScheme(String name) {
        this.name = name;
    }

    /** The scheme whose table has this name. */
    static NamingScheme load(String name) {
        try (InputStream in = NamingScheme.class.getResourceAsStream(name + ".txt")) {
            if (in == null) {
                throw new IllegalArgumentException("naming: no table named " + name);
            }
            NamingScheme scheme = new NamingScheme(name);
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> scheme.add(line.split("\\s+")));
            return scheme;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String[] words) {
        switch (words[0]) {
            case "network" -> network = words[1];
            case "requires" -> required.add(words[1]);
            case "typical" -> typical.add(words[1]);
            case "mostly" -> mostly.add(new NamePattern(words[1]));
            case "number" -> numbered.add(words[1]);
            case "ignore" -> ignored.add(new NamePattern(words[1]));
            default ->
                lines.add(new Line(
                        new NamePattern(words[0]),
                        new NamePattern(words[1]),
                        numbers(words, "drop"),
                        numbers(words, "axes")));
        }
    }

    private static int[] numbers(String[] words, String change) {
        return words.length == 4 && words[2].equals(change)
                ? Arrays.stream(words[3].split(",")).mapToInt(Integer::parseInt).toArray()
                : new int[0];
    }

    /** Name of the scheme, such as {@code rosinality-generator}. */
    public String name() {
        return name;
    }

    /** The kind of network that it is for, such as {@code stylegan2-generator}. */
    public String network() {
        return network;
    }

    /** Whether these are names of this scheme. */
    public boolean fits(Weights weights) {
        Names names = new Names(weights, numbers(weights));
        return required.stream().allMatch(names::has) && isMostlyOurs(names);
    }

    /**
     * Whether these seem to be names of this scheme, though one is missing by which it is recognised: more than half of
     * those are there. A damaged network is told from tensors of something else by that.
     */
    public boolean resembles(Weights weights) {
        Names names = new Names(weights, numbers(weights));
        long there = Stream.concat(required.stream(), typical.stream())
                .filter(names::has)
                .count();
        return there * 2 > required.size() + typical.size() && isMostlyOurs(names);
    }

    private boolean isMostlyOurs(Names names) {
        if (mostly.isEmpty()) {
            return true;
        }
        Set<String> all = names.weights().names();
        long ours = all.stream()
                .map(name -> names.numbers().getOrDefault(name, name))
                .filter(name -> mostly.stream().anyMatch(p -> p.match(name) != null))
                .count();
        return ours * 2 > all.size();
    }

    /** The names of a file, with what layers are called that were numbered anew. */
    private record Names(Weights weights, Map<String, String> numbers) {
        boolean has(String name) {
            return weights.contains(name) || numbers.containsValue(name);
        }
    }

    /**
     * A view in the network's names and layouts, without what it ignores.
     *
     * @throws IOException if a tensor does not have the axes that the change needs, or two get one name
     */
    public Weights translate(Weights weights) throws IOException {
        Map<String, String> numbers = numbers(weights);
        Map<String, Weights.Relaid> view = new LinkedHashMap<>();
        for (String from : weights.names()) {
            String plain = numbers.getOrDefault(from, from);
            if (ignored.stream().noneMatch(p -> p.match(plain) != null)) {
                Named named = named(weights, from, plain);
                if (view.put(named.to(), named.relaid()) != null) {
                    throw new IOException(name + ": tensors must have names that differ, got " + named.to()
                            + " twice, once from " + from + " [" + weights.source() + "]");
                }
            }
        }
        return weights.relaid(view);
    }

    private record Named(String to, Weights.Relaid relaid) {}

    private Named named(Weights weights, String from, String plain) throws IOException {
        Shape shape = weights.shape(from);
        for (Line line : lines) {
            Map<Character, Integer> values = line.from().match(plain);
            String to = values == null ? null : line.to().format(values);
            if (to != null) {
                return new Named(to, relaid(weights, from, line));
            }
        }
        return new Named(from, new Weights.Relaid(from, null, shape));
    }

    private Weights.Relaid relaid(Weights weights, String from, Line line) throws IOException {
        Shape shape = weights.shape(from);
        if (line.axes().length > 0) {
            if (shape.rank() != line.axes().length) {
                throw broken(from + " must have " + line.axes().length + " axes, got shape " + shape, weights);
            }
            Permutation axes = new Permutation(line.axes());
            return new Weights.Relaid(from, axes, axes.shape(shape));
        }
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            dims.add(shape.dim(i));
        }
        for (int i = line.drop().length - 1; i >= 0; i--) {
            int axis = line.drop()[i];
            if (axis >= shape.rank() || shape.dim(axis) != 1) {
                throw broken(from + " must have extent 1 in axis " + axis + ", got shape " + shape, weights);
            }
            dims.remove(axis);
        }
        Shape left = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
        return new Weights.Relaid(from, null, left);
    }

    private IOException broken(String what, Weights weights) {
        return new IOException(name + ": " + what + " [" + weights.source() + "]");
    }

    /** Names whose layers are numbered anew from 0, in the order of their numbers; {@code conv2d} comes before all. */
    private Map<String, String> numbers(Weights weights) {
        Map<String, String> renamed = new LinkedHashMap<>();
        for (String base : numbered) {
            Map<Integer, List<String>> layers = new TreeMap<>();
            for (String tensor : weights.names()) {
                Integer number = number(base, tensor);
                if (number != null) {
                    layers.computeIfAbsent(number, n -> new ArrayList<>()).add(tensor);
                }
            }
            int next = 0;
            for (List<String> layer : layers.values()) {
                for (String tensor : layer) {
                    renamed.put(tensor, base + "_" + next + tensor.substring(tensor.indexOf('/')));
                }
                next++;
            }
        }
        return renamed;
    }

    private static @Nullable Integer number(String base, String tensor) {
        int slash = tensor.indexOf('/');
        if (slash < 0 || !tensor.startsWith(base)) {
            return null;
        }
        String rest = tensor.substring(base.length(), slash);
        if (rest.isEmpty()) {
            return -1;
        }
        return rest.matches("_(0|[1-9]\\d{0,7})") ? Integer.valueOf(rest.substring(1)) : null;
    }
}
