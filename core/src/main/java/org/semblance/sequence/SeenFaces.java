package org.semblance.sequence;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.image.Box;
import org.semblance.image.Point;

/** The faces of a frame as bytes, exactly. */
final class SeenFaces {
    private SeenFaces() {}

    static byte[] toBytes(List<SeenFace> faces) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(faces.size());
        for (SeenFace face : faces) {
            write(face, out);
        }
        return bytes.toByteArray();
    }

    private static void write(SeenFace face, DataOutputStream out) throws IOException {
        Box box = face.sighting().box();
        for (double number : new double[] {
            box.x(), box.y(), box.width(), box.height(), face.sighting().score()
        }) {
            out.writeDouble(number);
        }
        out.writeInt(face.sighting().landmarks().size());
        for (Point point : face.sighting().landmarks()) {
            out.writeDouble(point.x());
            out.writeDouble(point.y());
        }
        out.writeInt(face.embedding().length);
        for (float number : face.embedding()) {
            out.writeFloat(number);
        }
    }

    static List<SeenFace> of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        List<SeenFace> faces = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            faces.add(read(in));
        }
        return faces;
    }

    private static SeenFace read(DataInputStream in) throws IOException {
        Box box = new Box(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
        double score = in.readDouble();
        List<Point> landmarks = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            landmarks.add(new Point(in.readDouble(), in.readDouble()));
        }
        float[] embedding = new float[in.readInt()];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = in.readFloat();
        }
        return new SeenFace(new Sighting(box, score, landmarks), embedding);
    }
}
