//! Pointers and lengths from C, checked once. What is read and written here is all that is.
//!
//! [`In`] and [`Out`] have the layout of a C pointer and no constructor for Rust to use on a foreign
//! one: they come into being as the arguments of our entry points. So whoever calls from C makes the
//! promise that the header asks for: a pointer that is not NULL points at as many elements as its
//! length says, alive and (for outputs) not used by anyone else until the call returns.

use std::ffi::c_char;
use std::marker::PhantomData;
use std::mem::{align_of, size_of};
use std::{ptr, slice};

use partnersign::{Error, ErrorCode};

/// Types of which every bit pattern is a value, so that what C left in memory can be read.
///
/// # Safety
///
/// No padding is read as a value, no field has a forbidden bit pattern (no `bool`, reference, enum).
pub(crate) unsafe trait Plain: Copy {}

// SAFETY: every bit pattern of an integer is a value.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for c_char {}

/// A [`Plain`] struct that begins with `size: u32`, its size in bytes when the caller was compiled.
///
/// # Safety
///
/// `#[repr(C)]`, and the first field is a `u32`.
pub(crate) unsafe trait Versioned: Plain {
    /// How a caller gets the size right.
    const MEND: &'static str;
}

/// A pointer to something that C lets us read.
#[repr(transparent)]
pub struct In<T>(*const T);

impl<T> Clone for In<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for In<T> {}

impl<T: Plain> In<T> {
    /// `length` elements; NULL with length 0 is an empty input.
    pub(crate) fn slice(&self, length: usize) -> Result<&[T], Error> {
        Ok(self.optional(length)?.unwrap_or_default())
    }

    /// `length` elements, or `None` for NULL with length 0.
    pub(crate) fn optional(&self, length: usize) -> Result<Option<&[T]>, Error> {
        if self.0.is_null() {
            return if length == 0 {
                Ok(None)
            } else {
                Err(refuse("a pointer is NULL and its length is not 0"))
            };
        }
        if !self.0.is_aligned() {
            return Err(misaligned());
        }
        if length > isize::MAX.unsigned_abs() / size_of::<T>() {
            return Err(refuse("a length is larger than any object can be"));
        }
        // SAFETY: not NULL, aligned, not too long; C promises that the elements are there and stay
        // unchanged until the call returns, which `&self`, an argument of the call, outlives.
        Ok(Some(unsafe { slice::from_raw_parts(self.0, length) }))
    }
}

impl In<c_char> {
    /// Text or other bytes; NULL with length 0 is an empty input.
    pub(crate) fn bytes(&self, length: usize) -> Result<&[u8], Error> {
        Ok(self.optional_bytes(length)?.unwrap_or_default())
    }

    /// Text or other bytes, or `None` for NULL with length 0.
    pub(crate) fn optional_bytes(&self, length: usize) -> Result<Option<&[u8]>, Error> {
        let chars = self.optional(length)?;
        // SAFETY: a checked slice; C's `char` is only another name for a byte.
        Ok(chars.map(|chars| unsafe { slice::from_raw_parts(chars.as_ptr().cast(), chars.len()) }))
    }
}

impl<T: Versioned> In<T> {
    /// A copy of the struct.
    pub(crate) fn read(self) -> Result<T, Error> {
        self.read_if_given()?.ok_or_else(|| refuse("a pointer to a struct is NULL"))
    }

    /// A copy of the struct, or `None` for NULL.
    pub(crate) fn read_if_given(self) -> Result<Option<T>, Error> {
        if self.0.is_null() {
            return Ok(None);
        }
        self.check_size()?;
        // SAFETY: not NULL, aligned, and the struct says that it is as large as we know it.
        Ok(Some(unsafe { self.0.read() }))
    }

    /// Copies of `count` structs, each as far from the next as the first one says that it is large.
    pub(crate) fn read_all(self, count: usize) -> Result<Vec<T>, Error> {
        if count == 0 {
            return Ok(Vec::new());
        }
        if self.0.is_null() {
            return Err(refuse("a pointer is NULL and its length is not 0"));
        }
        let stride = self.check_size()?;
        let whole = stride.checked_mul(count).filter(|bytes| *bytes <= isize::MAX.unsigned_abs());
        if whole.is_none() || stride % align_of::<T>() != 0 {
            return Err(refuse("the number or the size of the structs is larger than any array can be"));
        }
        let read = |index: usize| {
            // SAFETY: C promises `count` structs of `stride` bytes, which together are an object.
            let one = In(unsafe { self.0.byte_add(stride * index) });
            if one.check_size()? != stride {
                return Err(refuse("the structs of an array have different sizes"));
            }
            one.read()
        };
        (0..count).map(read).collect()
    }

    /// The size that the struct says it has; the pointer is not NULL.
    fn check_size(self) -> Result<usize, Error> {
        if !self.0.is_aligned() {
            return Err(misaligned());
        }
        // SAFETY: not NULL, aligned, and every versioned struct begins with its size.
        let size = unsafe { self.0.cast::<u32>().read() } as usize;
        if size < size_of::<T>() {
            return Err(refuse(T::MEND));
        }
        Ok(size)
    }
}

/// A pointer to something that C lets us write.
#[repr(transparent)]
pub struct Out<T>(*mut T);

impl<T> Clone for Out<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Out<T> {}

impl<T> Out<T> {
    /// Where a function has no such argument.
    pub(crate) const NONE: Self = Self(ptr::null_mut());
}

impl<T: Copy> Out<T> {
    /// The place to write to; NULL is refused before anything is done.
    pub(crate) fn target(&self) -> Result<Target<'_, T>, Error> {
        if self.0.is_null() {
            return Err(refuse("a pointer for a result is NULL"));
        }
        if !self.0.is_aligned() {
            return Err(misaligned());
        }
        Ok(Target { at: self.0, argument: PhantomData })
    }
}

impl<T: Versioned> Out<T> {
    /// A struct to write to, or `None` for NULL. Its `size` must have been set.
    pub(crate) fn versioned(self) -> Result<Option<*mut T>, Error> {
        if self.0.is_null() {
            return Ok(None);
        }
        In(self.0.cast_const()).check_size()?;
        Ok(Some(self.0))
    }
}

impl<T: Versioned> Out<T> {
    /// The place for a struct whose `size` the caller has set, and that size.
    pub(crate) fn versioned_target(&self) -> Result<(Target<'_, T>, u32), Error> {
        let target = self.target()?;
        let size = In(self.0.cast_const()).check_size()?;
        Ok((target, u32::try_from(size).unwrap_or(u32::MAX)))
    }
}

/// A checked place for one result.
pub(crate) struct Target<'a, T> {
    at: *mut T,
    argument: PhantomData<&'a Out<T>>,
}

impl<T: Copy> Target<'_, T> {
    pub(crate) fn write(self, value: T) {
        // SAFETY: not NULL and aligned; C promises that it can be written.
        unsafe { self.at.write(value) };
    }
}

/// A caller's buffer, its capacity, and where the length goes.
pub(crate) struct Buffer<'a> {
    at: *mut u8,
    capacity: usize,
    length: Target<'a, usize>,
}

impl<'a> Buffer<'a> {
    /// NULL with capacity 0 asks for the length alone.
    pub(crate) fn new<T: Plain>(at: Out<T>, capacity: usize, length: &'a Out<usize>) -> Result<Self, Error> {
        const { assert!(size_of::<T>() == 1) };
        if at.0.is_null() && capacity != 0 {
            return Err(refuse("the buffer is NULL and its capacity is not 0"));
        }
        if capacity > isize::MAX.unsigned_abs() {
            return Err(refuse("a capacity is larger than any object can be"));
        }
        Ok(Self { at: at.0.cast(), capacity, length: length.target()? })
    }

    /// Copies all bytes, or none: then the length says how many are needed.
    pub(crate) fn fill(self, bytes: &[u8]) -> Result<(), Error> {
        let Self { at, capacity, length } = self;
        length.write(bytes.len());
        if at.is_null() {
            return Ok(());
        }
        if bytes.len() > capacity {
            return Err(Error::new(
                ErrorCode::BufferTooSmall,
                format!("the buffer holds {capacity} bytes, the result has {}", bytes.len()),
            ));
        }
        // SAFETY: the buffer is not NULL and has room; `copy` allows that it overlaps an input.
        unsafe { ptr::copy(bytes.as_ptr(), at, bytes.len()) };
        Ok(())
    }
}

/// A mistake of the caller.
pub(crate) fn refuse(why: &'static str) -> Error {
    Error::new(ErrorCode::InvalidArgument, why)
}

fn misaligned() -> Error {
    refuse("a pointer is not aligned for what it points at")
}
