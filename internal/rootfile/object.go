package rootfile

// stream reads the objects of a record, which may refer to each other.
type stream struct {
	cursor
	origin  int            // place of the first byte in the record
	classes map[int]string // names of classes, by the places where they were first named
	objects map[int]any    // objects, by their places
	depth   int
}

// referenceOffset is added to places that objects refer to.
const referenceOffset = 2

// unread stands for an object of a class that is not read.
type unread struct{ class string }

// any reads an object, or a reference to one. It returns a *branch, a *leaf, a *basket, an unread,
// or nil without one.
func (s *stream) any() any {
	const (
		newClass = 0xFFFFFFFF
		classBit = 1 << 31
	)
	start := s.at
	tag, end := s.u32(), -1
	if tag != newClass && tag&byteCountBit != 0 {
		end = s.at + int(tag&^byteCountBit)
		tag = s.u32()
	}
	if end > len(s.b) {
		s.err = errShort
	}
	if s.err != nil {
		return nil
	}
	class := ""
	switch {
	case tag == 0:
		return nil
	case tag&classBit == 0: // a reference to an object
		if o, known := s.objects[int(tag)]; known {
			return o
		}
		return unread{}
	case tag == newClass:
		place := s.origin + s.at - 4 + referenceOffset
		class = s.cText()
		if end < 0 {
			place = len(s.classes) + len(s.objects) + 1
		}
		s.classes[place] = class
	default:
		known := false
		if class, known = s.classes[int(tag&^classBit)]; !known {
			s.err = damage("an object is of a class that is not named")
			return nil
		}
	}
	place := s.origin + start + referenceOffset
	if end < 0 {
		place = len(s.classes) + len(s.objects) + 1
	}
	o := s.content(class, end)
	if s.objects[place] = o; end >= 0 {
		s.skipTo(end)
	}
	return o
}

// content reads an object of a class that ends before an index, or that does not say how long it
// is if the index is negative.
func (s *stream) content(class string, end int) any {
	const deepest = 64
	if s.depth++; s.depth > deepest {
		s.err = damage("its objects are nested more than %d deep", deepest)
	}
	defer func() { s.depth-- }()
	switch class {
	case "TBranch":
		b := &branch{class: class}
		b.read(s)
		return b
	case "TBranchElement", "TBranchObject":
		return s.extendedBranch(class)
	case "TBasket":
		return s.basket()
	case "TLeafO", "TLeafB", "TLeafS", "TLeafI", "TLeafL", "TLeafG", "TLeafF", "TLeafD",
		"TLeafF16", "TLeafD32", "TLeafC", "TLeafElement", "TLeafObject":
		return s.leaf(class)
	case "TLeaf":
		l := &leafRecord{class: class}
		l.read(s)
		return l
	}
	if end < 0 && s.err == nil {
		s.err = damage("an object of class %s does not say how long it is", class)
	}
	return unread{class}
}

// array reads a TObjArray.
func (s *stream) array() []any {
	version, end := s.header()
	if version > 2 {
		s.object()
	}
	if version > 1 {
		s.text()
	}
	n := s.i32()
	s.take(4) // first index
	if s.err == nil && (n < 0 || n > (len(s.b)-s.at)/4) {
		s.err = damage("a list promises %d objects", n)
	}
	if s.err != nil {
		return nil
	}
	objects := make([]any, 0, n)
	for range n {
		objects = append(objects, s.any())
	}
	s.close(end)
	return objects
}
