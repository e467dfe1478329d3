package rootfile

// bigFile is added to the versions of records whose pointers take 8 bytes.
const bigFile = 1000

// key is the start of a record.
type key struct {
	bytes    int // of the record, with the key
	length   int // of the key
	object   int // bytes of the object once it is decompressed
	version  int
	cycle    int
	at       int64 // place of the record in the file
	class    string
	name     string
	isBroken bool // a gap in a list of keys
}

// readKey reads a key.
func (c *cursor) readKey() key {
	k := key{bytes: c.i32()}
	if k.bytes < 0 {
		k.isBroken = true
		return k
	}
	k.version = int(c.u16())
	k.object = c.i32()
	c.take(4) // time
	k.length, k.cycle = int(c.u16()), int(c.u16())
	wide := k.version > bigFile
	k.at = c.pointer(wide)
	c.pointer(wide) // of the folder
	k.class, k.name = c.text(), c.text()
	c.text() // title
	return k
}

// payload returns the object of a record that starts with the key.
func (k key) payload(record []byte) ([]byte, error) {
	if k.length > k.bytes || k.bytes > len(record) || k.object < 0 {
		return nil, damage("the record of %q has an impossible size", k.name)
	}
	return inflate(record[k.length:k.bytes], k.object)
}
