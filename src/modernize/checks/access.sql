-- Who may sign in, in which role, with which access.

-- name: users
-- question: Do the four demo users have exactly the ids, e-mail addresses and roles that everyone knows by heart?
SELECT u.email, concat_ws(' ', u.id, m.role)
FROM user_account_associations m
JOIN users u ON u.id = m.user_id
WHERE m.client_account_id = %(tenant)s;

-- name: account
-- question: Are client account and engagement the ones that everyone knows by heart, and do they belong together?
SELECT 'engagement of ' || client_account_id, id
FROM engagements
WHERE client_account_id = %(tenant)s;

-- name: levels
-- question: Does every member have an approved profile and access to the engagement, at the level of the role?
SELECT m.client_account_id, m.user_id, m.role, p.status, p.access_level AS profile_level, e.access_level
FROM user_account_associations m
LEFT JOIN user_profiles p ON p.client_account_id = m.client_account_id AND p.user_id = m.user_id
LEFT JOIN engagement_access e ON e.client_account_id = m.client_account_id AND e.user_id = m.user_id
WHERE p.status IS DISTINCT FROM 'approved'
   OR p.access_level IS DISTINCT FROM e.access_level
   OR e.access_level IS DISTINCT FROM CASE m.role
        WHEN 'VIEWER' THEN 'READ_ONLY'
        WHEN 'ANALYST' THEN 'READ_WRITE'
        WHEN 'ENGAGEMENT_MANAGER' THEN 'ADMIN'
        WHEN 'CLIENT_ADMIN' THEN 'ADMIN'
        ELSE 'SUPER_ADMIN'
      END::access_level;

-- name: platform_admins
-- question: Is no member of a client account an administrator of the platform?
SELECT client_account_id, user_id FROM user_account_associations WHERE role = 'PLATFORM_ADMIN';

-- name: passwords
-- question: Does every active user have a password hash, and no two of an account the same one?
SELECT u.id, u.email
FROM users u
WHERE u.status = 'active'
  AND (u.password_hash IS NULL
       OR EXISTS (
            SELECT 1 FROM users other
            WHERE other.home_client_account_id = u.home_client_account_id AND other.id <> u.id
              AND other.password_hash = u.password_hash));
