# Writes HDF5 and NumPy files with h5py, PyTables, pandas and NumPy: python3 python.py FOLDER
# Row i has the values that goldenRow of golden_test.go computes.
import glob, gzip, os, sys
import numpy as np, pandas as pd, h5py, tables

folder, n = sys.argv[1], 40
i = np.arange(n)
words = np.array(["cash", "card", "voucher"])[i % 3]
noon = np.datetime64("2024-02-28T12:00:00", "ns") + i * np.timedelta64(60, "s")
columns = {
    "f8": np.sqrt(i.astype("f8")), "f4": (i / 8).astype("f4"), "i4": (7 * i - 500).astype("i4"),
    "i8": i.astype("i8") * 1000003 - 5, "i1": (i % 100).astype("i1"), "u2": (5 * i).astype("u2"),
    "u8": (3 * i).astype("u8"), "b": i % 3 == 0,
}
frame = pd.DataFrame(columns)
frame["opt"] = np.where(i % 5 == 0, np.nan, i / 2)
frame["pay"] = words
frame["ts"] = noon
frame["span"] = i * np.timedelta64(6, "h")

def path(name):
    return os.path.join(folder, name)

def store(name, data, **options):
    if os.path.exists(path(name)):
        os.remove(path(name))
    data.to_hdf(path(name), "df", **options)

store("pandas-fixed.h5", frame.drop(columns="pay"), format="fixed", complevel=9, complib="zlib")
store("pandas-objects.h5", frame[["pay", "f8"]], format="fixed")
store("pandas-table.h5", frame, format="table", complevel=9, complib="zlib", index=False)
store("pandas-data-columns.h5", frame, format="table", data_columns=["i4", "pay"], complevel=9,
      complib="zlib", index=False)
store("pandas-blosc.h5", frame[["f8", "f4"]], format="fixed", complevel=9, complib="blosc")

for name, version in [("h5py-earliest.h5", "earliest"), ("h5py-latest.h5", "latest")]:
    with h5py.File(path(name), "w", libver=version) as f:
        events = f.create_group("events")
        for key, value in columns.items():
            events[key] = value
        events["word"] = words.astype(object)  # variable length
        events["fixed"] = words.astype("S")
        level = h5py.enum_dtype({"low": 0, "high": 1}, basetype="i1")
        events.create_dataset("level", data=i % 2, dtype=level)
        f["run"] = 7
        f["half"] = (i / 8).astype("f2")
        f["big"] = (i / 8).astype(">f4")
        records = np.zeros(n, dtype=[("f8", "f8"), ("i4", "i4"), ("pos", "f4", 2), ("b", "?"),
                                    ("pay", "S7")])
        records["f8"], records["i4"], records["b"] = columns["f8"], columns["i4"], columns["b"]
        records["pos"] = np.stack([i, i / 2], axis=1)
        records["pay"] = words
        f["records"] = records
        chunks = f.create_group("chunks")
        matrix = np.stack([i, i / 2, i / 4], axis=1)
        for key, options in {
            "gzip": dict(chunks=(7, 2), compression="gzip"),
            "lzf": dict(chunks=(7, 2), compression="lzf", shuffle=True),
            "sums": dict(chunks=(7, 2), fletcher32=True),
            "all": dict(chunks=(40, 3), compression="gzip", shuffle=True, fletcher32=True),
            "single": dict(chunks=(40, 3)),
            "grows": dict(chunks=(3, 3), maxshape=(None, 3)),
            "growsgzip": dict(chunks=(1, 1), maxshape=(None, 3), compression="gzip"),
            "both": dict(chunks=(7, 2), maxshape=(None, None), compression="gzip"),
            "plain": dict(chunks=(7, 2)),
        }.items():
            chunks.create_dataset(key, data=matrix, **options)
        wide = f.create_group("wide")
        for j in range(12):
            wide[f"c{j}"] = i + j
        f["link"] = h5py.SoftLink("/events/f8")
        f["elsewhere"] = h5py.ExternalLink("other.h5", "/x")

with h5py.File(path("h5py-filters.h5"), "w") as f:
    f.create_dataset("scaleoffset", data=i, chunks=(40,), scaleoffset=0)
    f.create_dataset("szip", data=i, chunks=(40,), compression="szip")

with tables.open_file(path("pytables.h5"), "w") as f:
    description = np.zeros(n, dtype=[("f8", "f8"), ("f4", "f4"), ("i4", "i4"), ("b", "?"),
                                    ("pay", "S7")])
    for key in ("f8", "f4", "i4", "b"):
        description[key] = columns[key]
    description["pay"] = words
    f.create_table("/", "events", obj=description,
                   filters=tables.Filters(9, "zlib"), expectedrows=n)
    f.create_table("/", "bzip2", obj=description,
                   filters=tables.Filters(9, "bzip2"), expectedrows=n)
    f.create_array("/", "f8", columns["f8"])

frame.drop(columns="span").to_csv(path("pandas.csv"))
frame[["f8", "i4"]].to_csv(path("pandas-semicolons.csv"), sep=";", decimal=",", index=False)
np.savetxt(path("numpy-savetxt.csv"), frame[["f8", "i4", "opt"]], delimiter=",", header="f8,i4,opt",
           fmt="%.17g")
np.savetxt(path("numpy-savetxt-blanks.csv"), frame[["f8", "i4"]], header="f8 i4", fmt="%.17g")
np.save(path("numpy-f4.npy"), columns["f4"])
np.savez(path("numpy.npz"), **columns, word=words, ts=noon)
np.savez_compressed(path("numpy-compressed.npz"), **columns)
records = np.zeros(n, dtype=[("f8", "f8"), ("i4", "i4"), ("b", "?"), ("ts", "M8[s]"), ("pay", "U7"),
                            ("pos", "f4", 2)])
records["f8"], records["i4"] = columns["f8"], columns["i4"]
records["b"], records["ts"] = columns["b"], noon
records["pay"] = words
records["pos"] = np.stack([i, i / 2], axis=1)
np.save(path("numpy-records.npy"), records)
for name in glob.glob(path("*.h5")):  # they are mostly zeros
    with open(name, "rb") as f, open(name + ".gz", "wb") as g:
        g.write(gzip.compress(f.read(), 9, mtime=0))
    os.remove(name)
print("h5py", h5py.__version__, "HDF5", h5py.version.hdf5_version, "PyTables", tables.__version__,
      "pandas", pd.__version__, "NumPy", np.__version__)
