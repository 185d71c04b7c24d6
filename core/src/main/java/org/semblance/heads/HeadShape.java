package org.semblance.heads;

import java.util.Map;

/** The numbers of one head that its geometry needs, worked out once: lengths in head units. Immutable. */
final class HeadShape {
    /** Height of the eyes in head space. */
    static final double EYE_Y = 0.02;

    final double faceW;
    final double faceH;
    final double jawW;
    final double jawDrop;
    final double chinL;
    final double chinW;
    final double cheek;
    final double ear;
    final double eyeGap;
    final double eyeSize;
    final double noseW;
    final double noseY;
    final double noseP;
    final double mouthW;
    final double mouthY;
    final double open;
    final double smile;
    final double lip;
    final int glasses;
    final BeardRow beard;
    final HairRow hair;

    /** Columns of the beard table. */
    record BeardRow(double alpha, double depth, double full, double goatee, double moustache) {}

    /** Columns of the hair table after the hair length is applied. */
    record HairRow(
            double top,
            double sides,
            double back,
            double windowX,
            double windowY,
            double windowW,
            double windowH,
            double nape,
            boolean hasCurtain,
            double curtainLength,
            double curtainW,
            double tuftR,
            double tuftY,
            double tuftZ,
            double bumpHeight,
            double bumpRate,
            double strandRate,
            double opacity) {}

    HeadShape(HeadFactors f) {
        faceW = f.value("face_w");
        faceH = f.value("face_h");
        jawW = f.value("jaw_w");
        chinL = f.value("chin_l");
        chinW = f.value("chin_w");
        cheek = f.value("cheek");
        ear = f.value("ear");
        eyeGap = f.value("eye_gap");
        eyeSize = f.value("eye_size");
        noseW = f.value("nose_w");
        noseY = -0.30 * f.value("nose_l");
        noseP = f.value("nose_p");
        open = f.value("mouth_open");
        smile = f.value("smile");
        mouthW = f.value("mouth_w") * (1 + 0.14 * smile) * (1 - 0.12 * open);
        mouthY = f.value("mouth_y") * faceH;
        jawDrop = 0.17 * open;
        lip = f.value("lip_t");
        glasses = f.category("glasses");
        beard = beard(new Columns(HeadTables.INSTANCE.beard(f.label("beard"))));
        hair = hair(new Columns(HeadTables.INSTANCE.hairStyle(f.label("hair_style"))), 2 * f.value("hair_len") - 1);
    }

    private record Columns(Map<String, Double> row) {
        double at(String name) {
            return row.getOrDefault(name, Double.NaN);
        }

        double grown(String name, double factor) {
            return at(name) > 0 ? at(name) * factor : at(name);
        }
    }

    private static BeardRow beard(Columns c) {
        return new BeardRow(c.at("alpha"), c.at("disp"), c.at("full"), c.at("goatee"), c.at("moust"));
    }

    private static HairRow hair(Columns c, double length) {
        return new HairRow(
                c.grown("tt", 1 + 0.40 * length),
                c.grown("ts", 1 + 0.30 * length),
                c.grown("tb", 1 + 0.30 * length),
                c.at("wx"),
                c.at("wy"),
                c.at("wrx"),
                c.at("wry"),
                c.at("nape") - c.at("cur_var") * length,
                c.at("cur_len") > 0,
                c.at("cur_len") + c.at("cur_var") * length,
                c.at("cur_w"),
                c.at("top_r") * (1 + 0.20 * length),
                c.at("top_y"),
                c.at("top_z"),
                c.at("bump_a"),
                c.at("bump_f"),
                c.at("strand_f"),
                c.at("opacity"));
    }
}
